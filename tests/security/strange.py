"""Requests nobody's browser sends: strange values, strange bodies, strange kinds of content."""

from __future__ import annotations

import json
import os
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.security.pages import Field

FUZZ = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
"""Whether this is the long run: `make fuzz`."""
SETTINGS = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # a failure is shown as it was found: making it smaller would take minutes of requests
    phases=[Phase.explicit, Phase.generate],
    derandomize=not FUZZ,
    print_blob=False,
)
SAMPLES = (
    *("", " ", "\x00", "a\x00b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\u00ad"),
    *("\u202eevil\u2066", "\u200f\u061c", "e\u0301" * 40, "\u0130", "ﷺ" * 60, "\U0001f468\u200d\U0001f467"),
    *("0", "-1", "00", "1e999", "NaN", "inf", "-Infinity", "9" * 20, "9" * 400, "٣", "１", "1_0", "0x1"),
    *("0000", "9999", "32", "13", "29", "24:00", "23:59", "2026-02-30", "0000-00-00", "true", "null"),
    *("'", '"', "'; drop table child_case; --", "%", "%s%n", "{{7*7}}", "${7*7}", "\\", "../../etc/passwd"),
    *("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "]]>"),
    *("=1+1", "@SUM(A1)", "\t=1", "\r\nSet-Cookie: a=b", "//evil.example", "\\\\evil.example", "/\\evil"),
    *("a" * 201, "a" * 10_001, "ñ" * 70_000, "\n" * 10_050, "a@b", "a@" + "b" * 300, "@", "a\nb@c.example"),
    *("11111111-1111-4111-8111-111111111111", "TAP-2026-0001", "es", "en", "yes", "not_applicable"),
)  # fmt: skip
BYTES = (b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"%zz", b"\xf4\x90\x80\x80", b"\x00" * 50)
TEXTS = st.sampled_from(SAMPLES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
RAW = TEXTS.map(lambda text: text.encode()) | st.sampled_from(BYTES) | st.binary(max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
VALID = {"day": "12", "month": "3", "year": "2024", "time": "14:30"}
CONTENT_TYPES = (
    *("application/json", "text/plain", "", "application/x-www-form-urlencoded; charset=utf-16"),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xff",
    ),
    *("multipart/mixed; boundary=b", "application/xml", "text/html; charset=nowhere", "a/b/c;;=,"),
    *("application/x-www-form-urlencoded; charset=rot13", "application/csp-report", "*/*"),
)
BOUNDARY = b"-frontera"


class Sent(NamedTuple):
    """A body and what it says it is; ``typed`` where a form can be read from it."""

    body: bytes
    content_type: str
    typed: dict[str, list[bytes]] | None = None


def usual(name: str, field: Field, draw: st.DrawFn) -> bytes:
    """What a person might send."""
    if field.kind in ("radio", "select", "checkbox", "button") and field.options:
        return draw(st.sampled_from(field.options)).encode()
    if field.value:
        return field.value.encode()
    return VALID.get(name.rsplit("-", 1)[-1], "Lo dice la niña, con su madre.").encode()


@st.composite
def typed(draw: st.DrawFn, fields: dict[str, Field]) -> dict[str, list[bytes]]:
    """The form, filled in for the most part, with some of it strange, repeated or missing."""
    found: dict[str, list[bytes]] = {}
    for name, field in fields.items():
        if field.kind in ("radio", "checkbox", "button") and not draw(st.booleans()):
            continue
        found[name] = [usual(name, field, draw)]
    names = sorted(fields) or ["x"]
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(names))
        match draw(st.sampled_from(["value", "value", "value", "repeat", "drop", "other"])):
            case "value":
                found[name] = [draw(RAW)]
            case "repeat":
                found[name] = draw(st.lists(RAW, min_size=2, max_size=4))
            case "drop":
                found.pop(name, None)
            case "other":
                found[draw(TEXTS)] = [draw(RAW)]
    return found


def urlencoded(values: dict[str, list[bytes]]) -> Sent:
    """As a form without files is sent."""
    pairs = [
        quote_from_bytes(name.encode()) + "=" + quote_from_bytes(value)
        for name, several in values.items()
        for value in several
    ]
    return Sent("&".join(pairs).encode(), "application/x-www-form-urlencoded", values)


def multipart(values: dict[str, list[bytes]], files: tuple[str, ...] = ()) -> Sent:
    """As a form with files is sent; the names in ``files`` come as files."""
    parts = []
    for name, several in values.items():
        for value in several:
            said = name.encode().replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b"")
            beside = b'; filename="x.pdf"\r\nContent-Type: text/html' if name in files else b""
            head = b'Content-Disposition: form-data; name="' + said + b'"' + beside
            parts.append(b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + value + b"\r\n")
    body = b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"
    return Sent(body, f"multipart/form-data; boundary={BOUNDARY.decode()}")


def documents(fields: dict[str, Field]) -> st.SearchStrategy[object]:
    """JSON that has the form's names."""
    return st.fixed_dictionaries(
        {"csrf_token": st.just(fields["csrf_token"].value)},
        optional={name: JSON for name in fields if name != "csrf_token"},
    )


@st.composite
def bodies(draw: st.DrawFn, fields: dict[str, Field]) -> Sent:
    """A form of the page as anybody might send it, or something that is no form at all."""
    values = draw(typed(fields))
    match draw(st.sampled_from(["form"] * 5 + ["parts"] * 2 + ["cut", "kind", "json", "noise"])):
        case "form":
            return urlencoded(values)
        case "parts":
            return multipart(values, tuple(draw(st.sets(st.sampled_from(sorted(fields) or ["x"])))))
        case "cut":
            whole = multipart(values)
            at = draw(st.integers(0, len(whole.body)))
            return Sent(whole.body[:at] + draw(st.binary(max_size=9)), whole.content_type)
        case "json":
            return Sent(json.dumps(draw(JSON | documents(fields))).encode(), "application/json")
        case "kind":
            return Sent(urlencoded(values).body, draw(st.sampled_from(CONTENT_TYPES)))
        case _:
            kinds = st.sampled_from(
                ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
            )
            return Sent(draw(st.binary(max_size=300)), draw(kinds))
