"""What was done with a case has words for the child, and not only for the auditor."""

from __future__ import annotations

from flask import Flask

from intake.issuing.access_words import ACTIONS, WHAT
from intake.issuing.registry import KINDS
from intake.web.actions import action_words

ENDS = {"case.erased", "case.erased-again"}
"""After these there is nothing left to hand out."""


def test_every_action_on_a_case_has_words(app: Flask) -> None:
    with app.test_request_context():
        known = {name for name in action_words() if name.startswith("case.")}
    assert known - ENDS - set(ACTIONS) == set()


def test_every_document_has_a_name() -> None:
    assert set(KINDS) <= set(WHAT)
