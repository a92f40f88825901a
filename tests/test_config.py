"""Settings: made once where they may be, refused where they cannot be right."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from intake.config import ConfigError, read_settings
from intake.keyfiles import as_master_key, new_key

MAIL = {
    "INTAKE_SMTP_URL": "smtps://user:secret@mail.example.org",
    "INTAKE_MAIL_FROM": "intake@example.org",
    "INTAKE_PUBLIC_URL": "https://intake.example.org",
}


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    environment = {"INTAKE_INSTANCE": str(tmp_path)}
    first, second = read_settings(environment), read_settings(environment)
    assert first == second
    for path in tmp_path.glob("*.key"):
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("INTAKE_ENV", "staging"),
        ("INTAKE_MASTER_KEY", "x" * 40),
        ("INTAKE_SECRET_KEY", "short"),
        ("INTAKE_PUBLIC_URL", "intake.example.org"),
        ("INTAKE_PUBLIC_URL", "https://intake.example.org/path"),
        ("INTAKE_SMTP_URL", "mail.example.org"),
        ("INTAKE_SMTP_URL", "smtp://"),
        ("INTAKE_SMTP_URL", "smtp://mail.example.org:none"),
        ("INTAKE_MAIL_FROM", "nobody"),
        ("INTAKE_LIMITER_URL", "memcached://x"),
        ("INTAKE_QUEUE_URL", "amqp://x"),
        ("INTAKE_WORKERS", "many"),
        ("INTAKE_WORKERS", "-1"),
        ("INTAKE_WORKERS", "65"),
        ("INTAKE_PROXIES", "many"),
        ("INTAKE_METRICS_TOKEN", "short"),
        ("INTAKE_METRICS_TOKEN", "ñ" * 40),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read_settings({"INTAKE_INSTANCE": str(tmp_path)} | MAIL | {name: value})


def test_mails_need_the_address_their_links_lead_to(tmp_path: Path) -> None:
    environment = {"INTAKE_INSTANCE": str(tmp_path)} | MAIL
    assert read_settings(environment).smtp_url == MAIL["INTAKE_SMTP_URL"]
    del environment["INTAKE_PUBLIC_URL"]
    with pytest.raises(ConfigError, match="INTAKE_PUBLIC_URL"):
        read_settings(environment)


def test_a_counter_elsewhere_needs_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"INTAKE_INSTANCE": str(tmp_path), "INTAKE_LIMITER_URL": "redis://counter"}
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"intake\[redis\]"):
        read_settings(environment)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    assert read_settings(environment).limiter_url == "redis://counter"


def test_who_works_in_the_background_is_as_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"INTAKE_INSTANCE": str(tmp_path)}
    assert (read_settings(environment).queue_url, read_settings(environment).workers) == ("", 1)
    environment |= {"INTAKE_QUEUE_URL": "unix:///run/redis.sock", "INTAKE_WORKERS": "0"}
    settings = read_settings(environment)
    assert (settings.queue_url, settings.workers) == ("unix:///run/redis.sock", 0)
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"INTAKE_QUEUE_URL: .*intake\[redis\]"):
        read_settings(environment)


def test_production_starts_with_no_secret_of_its_own_making(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="INTAKE_SECRET_KEY"):
        read_settings({"INTAKE_INSTANCE": str(tmp_path), "INTAKE_ENV": "production"})


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    read_settings({"INTAKE_INSTANCE": str(tmp_path)})
    (tmp_path / "intake_master_key.key").chmod(0o644)
    with pytest.raises(ConfigError, match="0600"):
        read_settings({"INTAKE_INSTANCE": str(tmp_path)})


@pytest.mark.parametrize("name", ["INTAKE_MASTER_KEY", "INTAKE_SECRET_KEY", "INTAKE_PASSWORD_SALT"])
@pytest.mark.parametrize(
    "value",
    [
        "A" * 43 + "=",
        base64.urlsafe_b64encode(b"k" * 32).decode(),
        base64.urlsafe_b64encode(bytes(range(32))).decode(),
        base64.urlsafe_b64encode(b"change-me-change-me-change-me-32").decode(),
        "changeme-changeme-changeme-changeme",
        "demo-frontera-2026-demo-frontera-2026",
        "",
    ],
)
def test_production_refuses_a_secret_that_anybody_knows(
    tmp_path: Path, name: str, value: str
) -> None:
    environment = {
        "INTAKE_INSTANCE": str(tmp_path),
        "INTAKE_ENV": "production",
        **{one: new_key() for one in ("INTAKE_SECRET_KEY", "INTAKE_PASSWORD_SALT")},
        "INTAKE_MASTER_KEY": new_key(),
    }
    assert read_settings(environment).secure_cookies
    with pytest.raises(ConfigError, match=name) as refused:
        read_settings(environment | {name: value})
    assert not value or value not in str(refused.value)


def test_two_master_keys_are_read_the_present_one_first(tmp_path: Path) -> None:
    first, second = new_key(), new_key()
    environment = {"INTAKE_INSTANCE": str(tmp_path), "INTAKE_MASTER_KEY_OLD": second}
    with pytest.raises(ConfigError, match="INTAKE_MASTER_KEY_OLD"):
        read_settings(environment)
    keys = read_settings(environment | {"INTAKE_MASTER_KEY": first}).master_keys()
    assert keys == (as_master_key(first), as_master_key(second))
    with pytest.raises(ConfigError, match="the same"):
        read_settings(environment | {"INTAKE_MASTER_KEY": second})
