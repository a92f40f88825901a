"""The domain: register, conditions, findings, gates and clocks, in pure Python."""
