"""The copy that opens with a password: what it is, and what it is not."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest

from intake.examining import Unreadable, examine_here
from intake.issuing.protection import PasswordUnfit, fit, new_password
from intake.models import AuditEntry
from intake.services.desk import Desk
from intake.services.documents import kept_bytes
from intake.services.files import FileStore
from tests.issuing.conftest import NUMBER, Prints
from tests.issuing.test_issue import rows, trail
from tests.services.conftest import find


def test_a_locked_copy_is_signed_and_the_kept_one_is_not_locked(
    here: Desk, prints: Prints, files: FileStore, tmp_path: pytest.TempPathFactory
) -> None:
    password = "mazorca-azul-ñandú-7"
    out = prints(password=password)
    (row,) = rows(here)
    with pytest.raises(Unreadable, match="locked"):
        examine_here(out.content)
    found = examine_here(out.content, password)
    assert (found.signature, found.whole, found.digest) == ("intact", True, row.digest)
    with pikepdf.open(io.BytesIO(out.content), password=password) as pdf:
        assert (pdf.encryption.R, pdf.encryption.bits) == (6, 256)
        with pdf.open_metadata() as metadata:
            assert metadata.get("pdfuaid:part") == "1"
            assert "pdfaid:part" not in metadata, "no PDF/A is encrypted"
        assert pdf.Root.StructTreeRoot.ParentTree.Nums[-1].S == "/Form"
    kept = kept_bytes(here, files, find(here, NUMBER), row)
    assert examine_here(kept).signature == "intact"
    assert trail(here, "case.printed")[0]["protected"] is True
    everything = str([entry.detail for entry in here.session.query(AuditEntry)])
    assert password not in everything
    path = tmp_path / "locked.pdf"  # type: ignore[operator]
    path.write_bytes(out.content)
    told = subprocess.run(
        ["qpdf", "--check", f"--password={password}", str(path)], capture_output=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    again = prints(password="another-password-9")
    assert (again.number, again.again) == (out.number, True)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("once letras", "short"),
        ("aaaabbbbaaaa", "simple"),
        (" con espacios ", "unprintable"),
        ("con\ttabulador", "unprintable"),
        ("ñ" * 10 + "abcdefgh" * 14, "long"),
        ("", "short"),
    ],
)
def test_a_password_that_is_not_fit_is_not_taken(typed: str, reason: str) -> None:
    with pytest.raises(PasswordUnfit, match=reason):
        fit(typed)


def test_a_password_made_here_is_fit_and_never_the_same() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(fit(password) == password for password in made)
