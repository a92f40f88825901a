"""Attempts that fail: counted by account and by address, written down, and answered alike."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from flask import Flask

from intake.commands.demo import PASSWORD
from intake.extensions import db
from tests.web.doors import SUMMARY, audited, code, enter, post, set_up_app, strict_app, user


def test_too_many_failures_make_everybody_wait_whether_or_not_the_account_exists(
    app: Flask,
) -> None:
    for name in ("ana", "nobody"):
        client = app.test_client()
        statuses = [enter(client, name, "wrong-password-1").status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        page = enter(client, name)
        assert page.status_code == 429
        assert "Demasiados intentos" in page.text
    assert enter(app.test_client(), "beto").status_code == 302
    found = [detail for action, detail in audited(app) if action == "sign-in.throttled"]
    assert found == [{"by": "account"}, {"by": "account"}]


def test_too_many_failures_from_one_address_are_refused_too(app: Flask) -> None:
    client = app.test_client()
    for number in range(30):
        assert enter(client, f"nobody{number}", "wrong-password-1").status_code == 200
    assert enter(client, "ana").status_code == 429
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert enter(elsewhere, "ana").status_code == 302


def test_another_spelling_of_an_address_is_no_other_account(app: Flask) -> None:
    client = app.test_client()
    spellings = (
        "ana@intake.example",
        "ANA@intake.example",
        "ana@ｉntake.example",
        " ana@Intake.EXAMPLE",
    )
    for number in range(10):
        assert enter(client, spellings[number % 4], "wrong-password-1").status_code == 200
    for spelling in spellings:
        assert enter(client, spelling).status_code == 429


def test_the_addresses_of_one_household_are_one(app: Flask) -> None:
    client = app.test_client()
    for number in range(30):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number:x}"
        assert enter(client, f"nobody{number}", "wrong-password-1").status_code == 200
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:ffff::1"
    assert enter(client, "ana").status_code == 429
    client.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    assert enter(client, "ana").status_code == 302


def test_signing_in_as_one_should_counts_for_nothing(app: Flask) -> None:
    for _ in range(32):
        assert enter(app.test_client(), "ana").status_code == 302


def test_codes_are_guessed_five_times_at_most(strict: Flask) -> None:
    client = strict.test_client()
    enter(client, "sofia")
    app = set_up_app(client)
    guess = strict.test_client()
    enter(guess, "sofia")
    wrong = f"{(int(code(app)) + 500_000) % 1_000_000:06}"
    statuses = [post(guess, "/sign-in/code", code=wrong).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert post(guess, "/sign-in/code", code=code(app, 1)).status_code == 429


def test_what_is_said_and_how_long_it_takes_do_not_tell_whether_an_account_exists(
    app: Flask,
) -> None:
    with app.app_context():
        person = db.merge(user(app, "beto"))
        person.active = False
        db.commit()
    said, lasted = {}, {}
    for name, password in (("ana", "x" * 14), ("nobody", "x" * 14), ("beto", PASSWORD)):
        times = []
        for _ in range(5):
            client = app.test_client()
            started = time.perf_counter()
            page = enter(client, name, password)
            times.append(time.perf_counter() - started)
            assert page.status_code == 200
        found = SUMMARY.search(page.text)
        assert found
        said[name], lasted[name] = found[1].strip(), statistics.median(times)
    assert len(set(said.values())) == 1
    assert lasted["nobody"] > lasted["ana"] / 2
    assert lasted["ana"] > lasted["nobody"] / 2


def test_failures_are_audited_without_what_was_typed(app: Flask) -> None:
    client = app.test_client()
    enter(client, "nobody", "a-secret-they-typed")
    enter(client, "ana", "a-secret-they-typed")
    found = [detail for action, detail in audited(app) if action == "sign-in.failed"]
    assert found == [
        {"person": None, "factor": "password"},
        {"person": user(app, "ana").id, "factor": "password"},
    ]


def test_nobody_locks_a_colleague_out_by_failing_in_their_name(app: Flask) -> None:
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    statuses = [enter(elsewhere, "ana", "wrong-password-1").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    assert enter(app.test_client(), "ana").status_code == 302


def test_an_account_that_is_tried_from_everywhere_is_shut_in_the_end(app: Flask) -> None:
    for number in range(50):
        guess = app.test_client()
        guess.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        assert enter(guess, "ana", "wrong-password-1").status_code == 200
    assert enter(app.test_client(), "ana").status_code == 429
    assert enter(app.test_client(), "beto").status_code == 302


def test_links_are_asked_for_ten_times_at_most_wherever_from(
    tmp_path: Path, database_url: str
) -> None:
    app = strict_app(
        tmp_path,
        database_url,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="intake@albergue.example",
        public_url="https://intake.albergue.example",
    )
    statuses = []
    for number in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        statuses.append(post(client, "/password", email="ana@intake.example").status_code)
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]
    app.extensions["intake.engine"].dispose()
