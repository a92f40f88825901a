"""What SECURITY.md promises names the tests that hold it, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_is_named_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)?test_\w+\.py|durability/)`", text)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []


def test_every_page_that_it_links_to_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_threat_names_a_test() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    threats = re.split(r"\n\*\*", text.split("## Threats")[1].split("## What is not")[0])[1:]
    assert len(threats) >= 8
    assert [
        threat[:40] for threat in threats if "test_" not in threat and "`durability/`" not in threat
    ] == []
