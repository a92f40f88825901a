"""Settings from the environment, validated at start; a setting that cannot be right stops the start."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from intake.keyfiles import SecretError, as_master_key, is_known, new_key, read_secret, write_secret
from intake.signing import SigningError, read_own

MEBIBYTE = 1024 * 1024
LONGEST_REQUEST = 24 * MEBIBYTE
"""Above what a form can hold, so that an overlong note comes back with its error instead of being lost."""
MOST_WORKERS = 64


OURS = frozenset({"intake.sqlite", "attachments", "backups", "start.lock", "intake_master_key.key"})
"""Names by which an instance folder is known as one."""


class ConfigError(ValueError):
    """A setting is missing or wrong. Says its name and what it must be."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides."""

    instance: Path
    database_url: str
    secret_key: str
    password_salt: str
    master_key: bytes
    demo: bool
    secure_cookies: bool
    old_master_key: bytes | None = None
    """The master key that is being replaced, while cases are still under it."""
    master_key_file: Path | None = None
    """Where the master key is kept; None where the environment gives it."""
    demo_second_factor: bool = False
    """Whether the demo's people, too, must set up the second factor their role asks for."""
    public_url: str = ""
    """Where people reach the app; links in mails begin with it. Empty: links begin as the request did."""
    smtp_url: str = ""
    """The mail server; empty: links are shown to the administrator instead of being sent."""
    mail_from: str = ""
    limiter_url: str = "memory://"
    """Where failed attempts are counted; memory is right for one process only."""
    queue_url: str = ""
    """The Redis that wakes workers in the background; empty: a file in the instance folder does."""
    workers: int = 1
    """How many processes work in the background beside the app; 0 where they are started by themselves."""
    signing_name: str = "Intake"
    """In whose name documents are signed, where the certificate is made here."""
    signing_p12: Path | None = None
    """The organisation's own key and certificate (PKCS#12); None: one is made in the instance folder."""
    signing_password: str = ""
    """Opens that file."""
    metrics_token: str = ""
    """Whoever brings it may read what was counted; empty: nobody."""
    proxies: int = 0
    """How many proxies of ours stand before the app, whose X-Forwarded headers are believed."""

    def master_keys(self) -> tuple[bytes, ...]:
        """The master keys as they are now, the present one first; those in files are read again."""
        if self.master_key_file is None:
            return tuple(key for key in (self.master_key, self.old_master_key) if key)
        texts = (read_secret(self.master_key_file), read_secret(old_key_file(self.master_key_file)))
        return tuple(as_master_key(text) for text in texts if text is not None)


def old_key_file(path: Path) -> Path:
    """Where the key before that one is kept while it is being replaced."""
    return path.with_name(path.name.replace(".key", "_old.key"))


def database_file(environ: Mapping[str, str] | None = None) -> Path | None:
    """The file that the database of this environment is, where it is one; nothing is made. None for PostgreSQL."""
    env = os.environ if environ is None else environ
    kept = Path(env.get("INTAKE_INSTANCE", "instance")).resolve() / "intake.sqlite"
    url = env.get("DATABASE_URL", f"sqlite:///{kept}")
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment; secrets that are not given are made once in the instance folder.

    Raises ConfigError where a value cannot be used, or where ``INTAKE_ENV=production`` and a secret is missing.
    """
    env = os.environ if environ is None else environ
    production = _choice(env, "INTAKE_ENV", ("production", "local")) == "production"
    instance = Path(env.get("INTAKE_INSTANCE", "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_private(instance, production)
    url = env.get("DATABASE_URL", f"sqlite:///{instance / 'intake.sqlite'}")
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL: must begin with sqlite:/// or postgresql://")

    def secret(name: str) -> str:
        value = env.get(name) or _kept(instance / f"{name.lower()}.key", production, name)
        if len(value) < 32:
            raise ConfigError(f"{name}: must have at least 32 characters")
        if production and is_known(value):
            raise ConfigError(f"{name}: is a known or guessable value; make one by chance")
        return value

    given, old = env.get("INTAKE_MASTER_KEY"), env.get("INTAKE_MASTER_KEY_OLD")
    if old and not given:
        raise ConfigError("INTAKE_MASTER_KEY_OLD: is of use only beside INTAKE_MASTER_KEY")
    if old and old == given:
        raise ConfigError("INTAKE_MASTER_KEY_OLD: is the same as INTAKE_MASTER_KEY")
    path = None if given else instance / "intake_master_key.key"
    if path is not None:
        old = _read(old_key_file(path), "INTAKE_MASTER_KEY_OLD")
    public_url = _public_url(env, production)
    p12, p12_password, signing_name = _signing(env)
    smtp_url, mail_from = _mail(env, public_url)
    return Settings(
        instance=instance,
        database_url=url,
        secret_key=secret("INTAKE_SECRET_KEY"),
        password_salt=secret("INTAKE_PASSWORD_SALT"),
        master_key=_key(secret("INTAKE_MASTER_KEY"), "INTAKE_MASTER_KEY"),
        demo=env.get("DEMO", "1") != "0" and not production,
        secure_cookies=production,
        old_master_key=_key(old, "INTAKE_MASTER_KEY_OLD") if old else None,
        master_key_file=path,
        demo_second_factor=env.get("DEMO_SECOND_FACTOR", "0") != "0",
        public_url=public_url,
        smtp_url=smtp_url,
        mail_from=mail_from,
        limiter_url=_limiter(env),
        queue_url=_queue(env),
        workers=_workers(env),
        signing_name=signing_name,
        signing_p12=p12,
        signing_password=p12_password,
        proxies=_proxies(env),
        metrics_token=_metrics_token(env),
    )


def _make_private(instance: Path, production: bool) -> None:
    """Takes the rights of others off the instance folder, where it is plain that it is ours to do so."""
    if not instance.stat().st_mode & 0o077:
        return
    names = {path.name for path in instance.iterdir()}
    if not names or names & OURS:
        with suppress(PermissionError):
            instance.chmod(0o700)
    if production and instance.stat().st_mode & 0o077:
        raise ConfigError(f"INTAKE_INSTANCE: {instance} is open to others; its mode must be 0700")


def _public_url(env: Mapping[str, str], production: bool) -> str:
    url = env.get("INTAKE_PUBLIC_URL", "").rstrip("/")
    parts = urlsplit(url)
    schemes = ("https",) if production else ("https", "http")
    if url and (parts.scheme not in schemes or not parts.hostname or parts.path or parts.query):
        raise ConfigError(
            f"INTAKE_PUBLIC_URL: must be {' or '.join(schemes)}:// and a host, such as https://intake.example.org"
        )
    return url


def _mail(env: Mapping[str, str], public_url: str) -> tuple[str, str]:
    url, sender = env.get("INTAKE_SMTP_URL", ""), env.get("INTAKE_MAIL_FROM", "")
    if not url:
        return "", sender
    parts = urlsplit(url)
    try:
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            "INTAKE_SMTP_URL: must be smtp:// or smtps://, as in smtps://user:password@mail.example.org"
        )
    if "@" not in sender:
        raise ConfigError("INTAKE_MAIL_FROM: must be the address mails are sent from")
    if not public_url:
        raise ConfigError(
            "INTAKE_PUBLIC_URL: must be set where mails are sent, since they hold links"
        )
    return url, sender


def _signing(env: Mapping[str, str]) -> tuple[Path | None, str, str]:
    name = env.get("INTAKE_SIGNING_NAME", "Intake").strip()
    if not (name.isprintable() and 0 < len(name) <= 64):
        raise ConfigError(
            "INTAKE_SIGNING_NAME: must be the organisation's name, at most 64 letters"
        )
    given, password = env.get("INTAKE_SIGNING_P12", ""), env.get("INTAKE_SIGNING_PASSWORD", "")
    if not given:
        return None, "", name
    path = Path(given).resolve()
    try:
        read_own(path, password)
    except SigningError as error:
        raise ConfigError(f"INTAKE_SIGNING_P12: {error}") from error
    return path, password, name


def _limiter(env: Mapping[str, str]) -> str:
    url = env.get("INTAKE_LIMITER_URL", "memory://")
    if not url.startswith(("memory://", "redis://", "rediss://", "redis+unix://")):
        raise ConfigError(
            "INTAKE_LIMITER_URL: must begin with memory://, redis://, rediss:// or redis+unix://"
        )
    if not url.startswith("memory") and importlib.util.find_spec("redis") is None:
        raise ConfigError(
            "INTAKE_LIMITER_URL: needs the library redis (pip install 'intake[redis]')"
        )
    return url


def _queue(env: Mapping[str, str]) -> str:
    url = env.get("INTAKE_QUEUE_URL", "")
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("INTAKE_QUEUE_URL: must begin with redis://, rediss:// or unix://")
    if url and importlib.util.find_spec("redis") is None:
        raise ConfigError("INTAKE_QUEUE_URL: needs the library redis (pip install 'intake[redis]')")
    return url


def _workers(env: Mapping[str, str]) -> int:
    value = env.get("INTAKE_WORKERS", "1")
    if not (value.isascii() and value.isdigit() and int(value) <= MOST_WORKERS):
        raise ConfigError(
            f"INTAKE_WORKERS: must be how many processes work in the background, 0 to {MOST_WORKERS}"
        )
    return int(value)


def _metrics_token(env: Mapping[str, str]) -> str:
    value = env.get("INTAKE_METRICS_TOKEN", "")
    if value and (len(value) < 32 or not value.isascii() or " " in value):
        raise ConfigError(
            "INTAKE_METRICS_TOKEN: must have at least 32 characters, letters and figures"
        )
    return value


def _proxies(env: Mapping[str, str]) -> int:
    value = env.get("INTAKE_PROXIES", "0")
    if value not in ("0", "1", "2", "3"):
        raise ConfigError("INTAKE_PROXIES: must be how many proxies stand before Intake, 0 to 3")
    return int(value)


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, choices[-1])
    if value not in choices:
        raise ConfigError(f"{name}: must be one of {', '.join(choices)}")
    return value


def _kept(path: Path, production: bool, name: str) -> str:
    value = _read(path, name)
    if value is None:
        if production:
            raise ConfigError(
                f"{name}: must be set in production, or kept in {path} with mode 0600"
            )
        value = new_key()
        write_secret(path, value)
    return value


def _read(path: Path, name: str) -> str | None:
    try:
        return read_secret(path)
    except SecretError as error:
        raise ConfigError(f"{name}: {error}") from error


def _key(text: str, name: str) -> bytes:
    try:
        return as_master_key(text)
    except SecretError as error:
        raise ConfigError(f"{name}: {error}") from error
