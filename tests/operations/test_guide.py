"""docs/deployment.md and its files: what an administrator copies and types from them works."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from intake import measures
from intake.cli import COMMANDS
from intake.config import read_settings
from intake.keyfiles import new_key
from tests.durability.served import ROOT, Gunicorn, closing, free_port
from tests.operations.proxy import AWAY, MAIN, SHIPPED, nginx

GUIDE = ROOT / "docs/deployment.md"
FILES = ROOT / "docs/deployment"
UNITS = sorted((FILES / "systemd").glob("*.service")) + sorted((FILES / "systemd").glob("*.timer"))
BLOCKS = re.findall(r"(?ms)^```(sh(?: tested)?)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"))


def certificate(folder: Path) -> None:
    """A certificate that vouches for itself, where the configuration looks for one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intake.example.org")])
    begins = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "privkey.pem").write_bytes(private)


def test_the_library_for_redis_is_taken_from_the_lock_with_its_hashes(tmp_path: Path) -> None:
    block = next(text for _kind, text in BLOCKS if "redis.lock" in text)
    command = block.splitlines()[0].replace("/opt/intake", str(tmp_path))
    subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, check=True)
    lines = (tmp_path / "redis.lock").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line[0] != " "]
    assert [line.split("==")[0] for line in packages] == ["async-timeout", "redis"]
    assert all(line.endswith("\\") for line in packages)
    assert sum("--hash=sha256:" in line for line in lines) >= 2 * len(packages)


def test_nginx_takes_the_configuration_as_it_is_shipped(tmp_path: Path) -> None:
    certificate(tmp_path)
    text = SHIPPED.read_text(encoding="utf-8")
    for place in ("/etc/letsencrypt/live/intake.example.org", "/var/log/nginx"):
        assert place in text
        text = text.replace(place, str(tmp_path))
    (tmp_path / "intake.conf").write_text(text, encoding="utf-8")
    main = tmp_path / "nginx.conf"
    main.write_text(MAIN.format(folder=tmp_path, user=""), encoding="utf-8")
    found = subprocess.run(
        [nginx(), "-t", "-q", "-c", str(main), "-p", str(tmp_path), "-e", str(tmp_path / "error.log")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "[warn]" not in found.stderr


def test_the_page_of_the_proxy_asks_for_nothing_from_elsewhere() -> None:
    page = AWAY.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)
    assert "no se guarda dos veces" in page and "not saved twice" in page


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_calls_what_there_is(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    called = re.findall(r"(?m)^ExecStart=/opt/intake/bin/intake (\S+)", text)
    assert all(command in COMMANDS for command in called)
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service").exists()
    elif called:
        for kept in ("User=intake", "NoNewPrivileges=true", "ProtectSystem=strict", "UMask=0077"):
            assert kept in text.splitlines()
        assert "OnFailure=intake-failed@%n.service" in text.splitlines()
    if shutil.which("systemd-analyze") is None:
        return  # what else it finds is found wherever systemd is
    # the programs are not at their places here
    for other in UNITS:
        copy = other.read_text(encoding="utf-8").replace("/opt/intake/bin/intake", "/bin/true")
        (tmp_path / other.name).write_text(copy, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit.name)],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in found.stderr.splitlines() if str(tmp_path) in line]
    assert (found.returncode, ours) == (0, []), found.stderr


def test_the_settings_that_are_shipped_are_settings(tmp_path: Path) -> None:
    lines = (FILES / "intake.env").read_text(encoding="utf-8").splitlines()
    given = dict(
        line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#?[A-Z][A-Z_]+=", line)
    )
    read = (ROOT / "intake/config.py").read_text(encoding="utf-8")
    assert [name for name in given if f'"{name}"' not in read] == ["PROMETHEUS_MULTIPROC_DIR"]
    tmp_path.chmod(0o700)
    secrets = {
        f"INTAKE_{name}": new_key() for name in ("MASTER_KEY", "SECRET_KEY", "PASSWORD_SALT")
    }
    given |= {"INTAKE_INSTANCE": str(tmp_path), "INTAKE_METRICS_TOKEN": "t" * 32} | secrets
    settings = read_settings(given)
    assert settings.secure_cookies
    assert not settings.demo
    assert settings.proxies == 1


@pytest.mark.parametrize(("kind", "block"), BLOCKS)
def test_each_block_is_shell(kind: str, block: str) -> None:
    found = subprocess.run(["bash", "-n"], input=block, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_what_is_typed_by_the_guide_makes_a_server_and_brings_it_back(tmp_path: Path) -> None:
    """Keys, the first people, a backup, and the drill that restores it elsewhere."""
    keys, people, drill = (block for kind, block in BLOCKS if kind == "sh tested")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "intake").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m intake.cli "$@"\n')
    (tools / "intake").chmod(0o755)

    def environment(instance: Path, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("INTAKE_", "DATABASE"))}
        return kept | {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "INTAKE_ENV": "production",
            "INTAKE_WORKERS": "0",
            "INTAKE_INSTANCE": str(instance),
            **more,
        }

    def typed(block: str, instance: Path, **more: str) -> str:
        instance.mkdir(mode=0o700, exist_ok=True)
        env = environment(instance, **more)
        found = subprocess.run(
            ["bash", "-eu"], input=block, cwd=instance, env=env,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout

    first, second = tmp_path / "first", tmp_path / "second"
    typed(keys, first)
    before = {path.name: path.read_text() for path in first.glob("*.key")}
    assert len(set(before.values())) == 3
    typed(keys, first)
    assert {path.name: path.read_text() for path in first.glob("*.key")} == before
    assert {path.stat().st_mode & 0o777 for path in first.glob("*.key")} == {0o600}
    server = Gunicorn(environment(first), free_port(), tmp_path / "first.log")
    with closing(server):  # waits for /health, which is there when the server is ready
        assert "http" in typed(people, first)
    typed("intake backup", first)
    (backup,) = (first / "backups").iterdir()
    second.mkdir(mode=0o700)
    for path in first.glob("*.key"):
        shutil.copy2(path, second)
    told = typed(drill, second, BACKUP=str(backup))
    assert told.startswith("ok: made ")
    assert "whole: " in told
    assert "ines@example.org" in typed("intake users list", second)


def test_the_guide_and_its_alerts_speak_of_what_is_counted() -> None:
    known = {family.name for family in measures.OWN.collect()}
    known |= {"intake_jobs", "intake_ready", "intake_worker_heartbeat_age_seconds"}
    rules = yaml.safe_load((FILES / "prometheus/intake.rules.yml").read_text(encoding="utf-8"))
    alerts = " ".join(rule["expr"] for rule in rules["groups"][0]["rules"])
    for text in (alerts, GUIDE.read_text(encoding="utf-8")):
        named = set(re.findall(r"\bintake_[a-z_]+(?!\w|\.key)", text))
        named -= {
            "intake_master_key",
            "intake_secret_key",
            "intake_password_salt",
            "intake_signing",
        }
        assert {re.sub(r"_(total|bucket|count)$", "", name) for name in named} <= known
    families = set(re.findall(r"\bintake_[a-z_]+", GUIDE.read_text(encoding="utf-8")))
    assert not [name for name in known if name not in families and f"{name}_total" not in families]


def test_the_guide_leads_to_what_is_there() -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", GUIDE.read_text(encoding="utf-8")):
        assert (GUIDE.parent / place).exists(), place
