"""The rights leaflet: its context, read from a register. It is about no case."""

from __future__ import annotations

from intake.checklist.leaflet import AGES, Ages, LeafletPoint, LeafletTranslation, cited, places
from intake.checklist.parts import LANGUAGES, Citation, Language
from intake.checklist.register import Register
from intake.checklist.wording import citation_label
from intake.documents.leaflet import BasisLine, Contact, LeafletContext, LeafletLine

PENDING_MARK = "†"
"""Stands beside a citation that no lawyer has compared with the official text yet."""
_TAGS: dict[str, str] = {"es": "es-MX", "en": "en"}


class NoLeaflet(LookupError):
    """The register has no leaflet in that language, or for children of those ages."""


def leaflet_languages(register: Register) -> dict[str, str]:
    """The languages the leaflet can be printed in: the code, and the language's own name."""
    if not register.leaflet_bands:
        return {}
    own = {"es": "Español", "en": "English"}
    return own | {one.id: one.own_name for one in register.leaflet_translations.values()}


def leaflet_context(
    register: Register,
    code: str,
    ages: Ages,
    *,
    adults: Language = "es",
    caseworker: str = "",
    phone: str = "",
) -> LeafletContext:
    """The leaflet in that language for children of those ages.

    ``adults`` is the language of the small print where the leaflet's own is neither Spanish nor English;
    ``caseworker`` and ``phone`` stand under who to ask, as lines to write on where they are empty. Raises NoLeaflet.
    """
    band = register.leaflet_bands.get(ages)
    translation = register.leaflet_translations.get(code)
    if band is None or code not in leaflet_languages(register):
        raise NoLeaflet(f"no leaflet in {code} for {ages}")
    points = [one for one in register.leaflet_points.values() if one.words(ages)]
    small: Language = next((one for one in LANGUAGES if one == code), adults)
    said = _Said(register, code, translation)
    small_said = _Said(register, small, None)
    return LeafletContext(
        ages=ages,
        tag=translation.tag if translation else _TAGS[code],
        adults=small,
        title=said(f"{ages}.title"),
        shows=said(f"{ages}.shows"),
        greeting=said(f"{ages}.greeting"),
        lines=tuple(
            LeafletLine(
                one.drawing,
                said(f"{one.id}.shows"),
                said(f"{one.id}.{ages}.title"),
                said(f"{one.id}.{ages}.text"),
            )
            for one in points
        ),
        ask=said(f"{ages}.ask"),
        ask_text=said(f"{ages}.ask_text"),
        ask_shows=said(f"{ages}.ask_shows"),
        phone=said(f"{ages}.phone"),
        contacts=(
            Contact(said(f"{ages}.caseworker"), caseworker, phone),
            Contact(said(f"{ages}.lawyer")),
        ),
        basis=tuple(
            BasisLine(
                small_said(f"{one.id}.{ages}.title"),
                tuple(_label(register, citation, small) for citation in _basis(register, one)),
            )
            for one in points
        ),
        register_version=register.version,
        register_sha256=register.sha256,
        basis_reviewed=all(
            register.instruments[citation.instrument].reviewed
            for one in points
            for citation in _basis(register, one)
        ),
        translation_reviewed=translation.reviewed if translation else True,
    )


class _Said:
    """Says the leaflet's texts in one language."""

    def __init__(
        self, register: Register, code: str, translation: LeafletTranslation | None
    ) -> None:
        self.texts = places(register.leaflet_bands.values(), register.leaflet_points.values())
        self.code, self.translation = code, translation

    def __call__(self, place: str) -> str:
        if self.translation is not None:
            return self.translation.words[place]
        return self.texts[place][self.code]


def _basis(register: Register, point: LeafletPoint) -> tuple[Citation, ...]:
    return cited(
        citation for check_id in point.checks for citation in register.checks[check_id].basis
    )


def _label(register: Register, citation: Citation, language: Language) -> str:
    space = "\N{NO-BREAK SPACE}"
    label = citation_label(register, citation, language, space=space)
    reviewed = register.instruments[citation.instrument].reviewed
    return label if reviewed else f"{label}{space}{PENDING_MARK}"


__all__ = ["AGES", "NoLeaflet", "leaflet_context", "leaflet_languages"]
