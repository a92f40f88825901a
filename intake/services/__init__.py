"""Use cases: the only code that writes. Each is one transaction and one audit entry."""
