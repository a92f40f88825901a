"""The pages: one blueprint for each reader."""
