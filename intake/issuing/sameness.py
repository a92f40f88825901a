"""Whether two documents say the same: what they print, but for when and by whom."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from zoneinfo import ZoneInfo

from intake import __version__
from intake.checklist.evaluation import Evaluation
from intake.documents.rendering import PageSize
from intake.issuing.kinds import Asked, Draft, Kind

_OF_THE_PRINT = frozenset({"marks", "printed_at", "printed_by", "site"})
"""What a context says of its print and not of the case."""


def content_of(kind: Kind, asked: Asked, draft: Draft, page_size: PageSize) -> str:
    """The digest of all that is printed: two prints with the same are one document.

    They are never the same on different days, for other recipients or purposes, of another version of the case, under
    another register or by another version of the app.
    """
    case = asked.case
    return _digest(
        [
            __version__,
            kind.name,
            asked.language,
            page_size,
            asked.recipient,
            asked.purpose,
            asked.about,
            asked.at.astimezone(ZoneInfo(case.team.zone)).date().isoformat(),
            case.version,
            case.register_sha256,
            _plain(draft.context),
            _timeless(draft.record),
        ]
    )


def state_of(asked: Asked, draft: Draft) -> str:
    """The digest of what the case had come to: the same in every language, on every paper and day."""
    return _digest([asked.case.version, asked.about, _come_to(draft.evaluation)])


def _come_to(evaluation: Evaluation) -> list[Any]:
    return [
        evaluation.register.sha256,
        [
            [
                found.check.id,
                found.status,
                found.due.isoformat() if found.due else "",
                found.overdue,
            ]
            for found in evaluation.findings.values()
        ],
        [
            [state.gate.id, state.applies, state.open, state.blocked_by]
            for state in evaluation.gates.values()
        ],
        [[raised.alert.id, raised.checks] for raised in evaluation.alerts],
    ]


def _timeless(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "as_of"}


def _plain(value: Any) -> Any:
    """The value as JSON takes it; an evaluation as what it came to: its answers are those of the case's version."""
    if isinstance(value, Evaluation):
        return _come_to(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _OF_THE_PRINT
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(one) for one in value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


__all__ = ["content_of", "state_of"]
