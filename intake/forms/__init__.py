"""WTForms built from the register, and the few fixed forms."""
