"""Printed documents: a typed context becomes HTML, and HTML a tagged PDF."""
