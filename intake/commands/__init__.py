"""The commands of the `intake` program, one file a subject."""
