"""Words that go into a document with no page of their own."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _


def signature_label(language: str) -> str:
    """What a screen reader says of the signature."""
    with force_locale(language):
        return str(_("Electronic signature of this document"))


__all__ = ["signature_label"]
