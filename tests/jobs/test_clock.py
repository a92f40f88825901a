"""What is done by the clock: the mail of the morning goes out once, whoever asks for it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from intake.jobs.clock import CHORES, do_once
from intake.jobs.kinds import Bench
from intake.models import User, now
from intake.services import digests
from intake.web.guard import desk


class Box:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, text: str) -> bool:
        self.mails.append((to, subject, text))
        return True


def test_the_mail_of_the_morning_goes_out_once(
    app: Flask, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = app.extensions["intake.post"] = Box()
    with app.test_request_context():
        ana = select(User).where(User.email == "ana@intake.example")
        digests.set_digest(desk(), desk().session.scalars(ana).unique().one(), "daily")
    morning = (now() + dt.timedelta(days=2)).replace(hour=15, minute=0)
    monkeypatch.setattr(digests, "now", lambda: morning)
    chore = next(one for one in CHORES if one.name == "digests")
    assert do_once(bench, chore)
    assert not do_once(bench, chore)
    assert [to for to, _subject, _text in box.mails] == ["ana@intake.example"]


def test_nobody_is_told_where_no_mail_is_sent(app: Flask, bench: Bench) -> None:
    app.extensions["intake.post"] = None
    assert do_once(bench, next(one for one in CHORES if one.name == "digests"))
