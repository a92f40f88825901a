"""Settings from the environment, validated at start; a setting that cannot be right stops the start."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
LONGEST_REQUEST = 24 * MEBIBYTE
"""Above what a form can hold, so that an overlong note comes back with its error instead of being lost."""


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


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment; secrets that are not given are made once in the instance folder.

    Raises ConfigError where a value cannot be used, or where ``INTAKE_ENV=production`` and a secret is missing.
    """
    env = os.environ if environ is None else environ
    production = _choice(env, "INTAKE_ENV", ("production", "local")) == "production"
    instance = Path(env.get("INTAKE_INSTANCE", "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = env.get("DATABASE_URL", f"sqlite:///{instance / 'intake.sqlite'}")
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL: must begin with sqlite:/// or postgresql://")

    def secret(name: str) -> str:
        value = env.get(name) or _kept(instance / f"{name.lower()}.key", production, name)
        if len(value) < 32:
            raise ConfigError(f"{name}: must have at least 32 characters")
        return value

    return Settings(
        instance=instance,
        database_url=url,
        secret_key=secret("INTAKE_SECRET_KEY"),
        password_salt=secret("INTAKE_PASSWORD_SALT"),
        master_key=_key(secret("INTAKE_MASTER_KEY")),
        demo=env.get("DEMO", "1") != "0" and not production,
        secure_cookies=production,
    )


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, choices[-1])
    if value not in choices:
        raise ConfigError(f"{name}: must be one of {', '.join(choices)}")
    return value


def _kept(path: Path, production: bool, name: str) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{name}: {path} can be read by others; its mode must be 0600")
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if production:
            raise ConfigError(
                f"{name}: must be set in production, or kept in {path} with mode 0600"
            ) from None
    value = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ConfigError("INTAKE_MASTER_KEY: must be 32 bytes in URL-safe base64")
    return key
