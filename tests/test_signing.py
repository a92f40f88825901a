"""The key and certificate that sign documents: made once, read, and refused where they cannot be right."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import page
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from intake.config import ConfigError, read_settings
from intake.documents.summary import render_summary
from intake.examining import examine_here
from intake.signing import KEY_FILE, Signer, SigningError, read_own, self_made, signer_of
from tests.documents.sample import context

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(key: Any, begins: dt.datetime, ends: dt.datetime, of: Any = None) -> Any:
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return (
        x509.CertificateBuilder()
        .subject_name(named("Casa Frontera A.C."))
        .issuer_name(named("Una autoridad"))
        .public_key((of or key).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(key, algorithm)
    )


def p12(place: Path, key: Any, cert: Any, password: str = "", chain: Any = None) -> Path:
    cipher = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    place.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, cert, chain, cipher))
    return place


def rsa_key(size: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


def test_one_is_made_at_first_use_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = self_made(tmp_path, "Casa Frontera")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    again = self_made(tmp_path, "Another name")
    assert (again.fingerprint, again.name) == (made.fingerprint, "Casa Frontera")
    assert b"PRIVATE" not in made.public


def test_two_processes_that_make_one_at_once_have_the_same(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(self_made(tmp_path, "x").fingerprint))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("key", [rsa_key(), ec.generate_private_key(ec.SECP384R1())])
def test_a_certificate_of_ones_own_signs_and_the_file_stays_what_it_is(
    tmp_path: Path, key: Any
) -> None:
    above = rsa_key()
    cert = certificate(key, NOW - DAY, NOW + DAY)
    chain = [certificate(above, NOW - DAY, NOW + DAY)]
    path = p12(tmp_path / "own.p12", key, cert, "secreto", chain)
    environment = {
        "INTAKE_INSTANCE": str(tmp_path),
        "INTAKE_SIGNING_P12": str(path),
        "INTAKE_SIGNING_PASSWORD": "secreto",
    }
    signer = signer_of(read_settings(environment))
    assert (signer.name, len(signer.chain)) == ("Casa Frontera A.C.", 1)
    plain = render_summary(context())
    signed = signer.sign(plain, label="Firma", reason="TAP-2026-D0001")
    assert signed.startswith(plain), "nothing before the signature is changed"
    found = examine_here(signed)
    assert (found.signature, found.whole, found.signer) == ("intact", True, signer.name)
    assert found.certificate == signer.fingerprint
    for profile in ("ua1", "3b"):
        report = page.validate_pdf_bytes(signed, profile=profile)
        assert report.is_compliant, [one.message for one in report.failures]
    assert not (tmp_path / KEY_FILE).exists()


def test_one_that_cannot_be_right_stops_the_start_and_says_why(tmp_path: Path) -> None:
    key, small = rsa_key(), rsa_key(1024)
    edwards = ed25519.Ed25519PrivateKey.generate()
    good = certificate(key, NOW - DAY, NOW + DAY)
    (tmp_path / "text.p12").write_text("no PKCS#12")
    cases = {
        "cannot be read": tmp_path / "nowhere.p12",
        "is no PKCS#12 file": tmp_path / "text.p12",
        "the password is wrong": p12(tmp_path / "locked.p12", key, good, "another"),
        "expired on": p12(tmp_path / "a.p12", key, certificate(key, NOW - 2 * DAY, NOW - DAY)),
        "is not valid before": p12(
            tmp_path / "b.p12", key, certificate(key, NOW + DAY, NOW + 2 * DAY)
        ),
        "less than 2048 bits": p12(
            tmp_path / "d.p12", small, certificate(small, NOW - DAY, NOW + DAY)
        ),
        "an RSA or an elliptic-curve key": p12(
            tmp_path / "e.p12", edwards, certificate(edwards, NOW - DAY, NOW + DAY)
        ),
        "a key and its certificate": p12(tmp_path / "f.p12", None, None, chain=[good]),
    }
    for said, path in cases.items():
        environment = {"INTAKE_INSTANCE": str(tmp_path), "INTAKE_SIGNING_P12": str(path)}
        with pytest.raises(ConfigError, match=f"INTAKE_SIGNING_P12: .*{said}"):
            read_settings(environment)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\nb"])
def test_the_name_in_the_certificate_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="INTAKE_SIGNING_NAME"):
        read_settings({"INTAKE_INSTANCE": str(tmp_path), "INTAKE_SIGNING_NAME": name})


def test_a_key_that_others_can_read_or_that_is_damaged_is_not_used(tmp_path: Path) -> None:
    self_made(tmp_path, "x")
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(SigningError, match="0600"):
        self_made(tmp_path, "x")
    (tmp_path / KEY_FILE).chmod(0o600)
    (tmp_path / KEY_FILE).write_text("-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(SigningError, match="does not hold"):
        self_made(tmp_path, "x")


def test_nothing_is_signed_once_the_certificate_has_expired(tmp_path: Path) -> None:
    key = rsa_key()
    signer = Signer(key, certificate(key, NOW - 2 * DAY, NOW - DAY))
    with pytest.raises(SigningError, match="expired"):
        signer.sign(render_summary(context()), label="Firma", reason="x")


def test_a_file_that_is_not_a_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(SigningError, match="nowhere"):
        read_own(tmp_path / "nowhere", "")
