"""The signature on printed documents: PAdES, by a certificate of the organisation's own or one made here at first use.

A signature shows that a document left this app and that no byte changed since; who must be believed for that is
whoever vouches for the certificate. One that was made here vouches only for itself: its fingerprint is in the record.
"""

from __future__ import annotations

import datetime as dt
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from intake.keyfiles import SecretError, read_secret, sync_folder

if TYPE_CHECKING:
    from intake.config import Settings

KEY_FILE = "intake_signing.key"
YEARS = 10
FIELD = "Intake"


class SigningError(ValueError):
    """The key or certificate cannot be used. Says why, never what it is."""


@dataclass(frozen=True)
class Signer:
    """Signs with one key; ``chain`` holds the certificates that vouch for its own."""

    key: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as 64 hexadecimal digits."""
        return fingerprint(self.certificate)

    @property
    def name(self) -> str:
        """Who signs, as the certificate says."""
        found = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(found[0].value) if found else self.certificate.subject.rfc4514_string()

    @property
    def public(self) -> bytes:
        """The certificate as PEM: what others need to check a signature."""
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, pdf: bytes, *, label: str, reason: str, password: str | None = None) -> bytes:
        """The document with an invisible signature added to it; nothing before it is changed.

        ``label`` is what a screen reader says of the signature's field; ``password`` opens a document that is
        encrypted. Raises SigningError where the certificate is not valid today.
        """
        # loaded when the first document is signed: pages that print nothing need not wait for it
        from intake.signing_pdf import sign

        check_dates(self.certificate)
        return sign(self, pdf, FIELD, label=label, reason=reason, password=password)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate, as 64 hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def check_dates(certificate: x509.Certificate, at: dt.datetime | None = None) -> None:
    """Raises SigningError unless the certificate is valid at that moment, or now."""
    moment = at or dt.datetime.now(dt.UTC)
    if moment < certificate.not_valid_before_utc:
        raise SigningError(f"is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}")
    if moment > certificate.not_valid_after_utc:
        raise SigningError(f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}")


def signer_of(settings: Settings) -> Signer:
    """Who signs: the certificate that the settings name, else the one made in the instance folder at first use.

    Raises SigningError.
    """
    if settings.signing_p12 is not None:
        return _read_once(settings.signing_p12, settings.signing_password)
    return _kept_once(settings.instance, settings.signing_name)


@lru_cache(maxsize=8)
def _read_once(path: Path, password: str) -> Signer:
    return read_own(path, password)


@lru_cache(maxsize=8)
def _kept_once(instance: Path, name: str) -> Signer:
    return self_made(instance, name)


def read_own(path: Path, password: str) -> Signer:
    """The key and certificate in that PKCS#12 file. Raises SigningError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SigningError(f"{path} cannot be read: {error.strerror}") from error
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError as error:
        raise SigningError(f"{path} is no PKCS#12 file, or the password is wrong") from error
    if key is None or certificate is None:
        raise SigningError(f"{path} must hold a key and its certificate")
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise SigningError(f"{path} must hold an RSA or an elliptic-curve key")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < 2048:
        raise SigningError(f"{path} holds an RSA key of less than 2048 bits")
    if certificate.public_key() != key.public_key():
        raise SigningError(f"{path} holds a certificate that is of another key")
    check_dates(certificate)
    return Signer(key, certificate, tuple(chain))


def self_made(instance: Path, name: str) -> Signer:
    """The key and certificate kept in the instance folder, made at first use. Raises SigningError."""
    place = instance / KEY_FILE
    try:
        text = read_secret(place)
        if text is None:
            _make(place, name)
            text = read_secret(place) or ""
        pem = text.encode()
        return Signer(load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem))
    except SecretError as error:
        raise SigningError(str(error)) from error
    except ValueError as error:
        raise SigningError(f"{place} does not hold a key and its certificate") from error


def _make(place: Path, name: str) -> None:
    """Whole or not at all; where two processes do so at once, the first one's stays."""
    # RSA: PDF 1.7, on which PDF/A-3 stands, knows no other without an extension
    key = rsa.generate_private_key(65537, 3072)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += _certificate(key, name).public_bytes(Encoding.PEM)
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, place)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(place.parent)


def _certificate(key: rsa.RSAPrivateKey, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # an hour of grace for a reader whose clock is slow
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


__all__ = [
    "FIELD",
    "Signer",
    "SigningError",
    "check_dates",
    "fingerprint",
    "read_own",
    "self_made",
    "signer_of",
]
