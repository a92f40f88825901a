"""A quarter is published once, after it is over, from all that was counted, without small cells."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from intake.checklist.indicators import DIMENSIONS, Coded
from intake.checklist.steps import median, p90
from intake.documents.data_set import data_set
from intake.issuing.figures import figure_context
from intake.models import AuditEntry, CodedCase, QuarterReport, User
from intake.services import publishing
from intake.services.desk import Desk, Refused
from intake.services.verify import verify_histories, verify_trail
from intake.web.guard import desk
from tests.population import populate
from tests.services.conftest import assert_counted_right, put


@pytest.fixture
def many(app: Flask) -> Flask:
    """The demo with 180 children more."""
    populate(app, 180)
    return app


def _children(here: Desk, quarter: str, country: str) -> list[Coded]:
    rows = here.session.scalars(select(CodedCase.coded).where(CodedCase.quarter == quarter))
    found = [Coded.read(row) for row in rows]
    return [one for one in found if one.country == country and one.child]


def _figures(content: Any) -> list[int]:
    """Every number of children in what was published, wherever it stands."""
    match content:
        case dict():
            return [
                n
                for key, part in content.items()
                if key not in ("median", "p90", "least", "format", "products")
                for n in _figures(part)
            ]
        case list():
            return [n for part in content for n in _figures(part)]
        case int():
            return [content]
    return []


def test_what_is_published_is_what_the_children_say_and_tells_of_no_few(many: Flask) -> None:
    """Counted here once more, child by child, with nothing of the totals."""
    with many.test_request_context():
        here = desk()
        assert_counted_right(here)
        assert verify_trail(here.session) is None
        assert verify_histories(here.session) is None
        quarter = publishing.to_publish(here)[0]
        report = publishing.publish(here, quarter, None)
        assert min(_figures(report.content)) >= 10
        shown = 0
        for country, told in report.content["countries"].items():
            children = _children(here, quarter, country)
            assert told["children"] in (len(children), None)
            for key, measure in told["measures"].items():
                counted = Counter(one.groups[key] for one in children if key in one.groups)
                if measure["groups"]:
                    assert measure["groups"] == {g: counted[g] for g in measure["groups"]}
                    shown += 1
                for dimension, values in measure["rows"].items():
                    place = DIMENSIONS.index(dimension)
                    for value, groups in values.items():
                        by = Counter(
                            one.groups[key]
                            for one in children
                            if key in one.groups and one.traits[place] == value
                        )
                        assert groups is None or groups == {g: by[g] for g in groups}
                        shown += groups is not None
            for key, timing in told["timings"].items():
                steps = Counter(one.steps[key] for one in children if key in one.steps)
                if steps.total() < 10:
                    assert timing == {"lengths": None, "rows": {}}
                else:
                    assert timing["lengths"] == {"median": median(steps), "p90": p90(steps)}
            for gap, n in told["gaps"].items():
                section, severity = gap.split(":")
                having = sum(
                    gap in one.gaps
                    or (section == "any" and any(g.endswith(f":{severity}") for g in one.gaps))
                    for one in children
                )
                assert n == having if 10 <= having <= len(children) - 10 else n is None
        assert shown > 5


def test_published_figures_stay_whatever_becomes_of_the_cases(many: Flask) -> None:
    """Somebody who reads a quarter twice reads the same: nothing can be worked out from between the two."""
    with many.test_request_context():
        here = desk()
        quarter = publishing.to_publish(here)[0]
        auditor = (
            here.session.scalars(select(User).where(User.email == "auditor@intake.example"))
            .unique()
            .one()
        )
        first = publishing.publish(here, quarter, auditor)
        kept, digest = json.dumps(first.content), first.digest
        case_id = here.session.scalars(
            select(CodedCase.case_id).where(CodedCase.quarter == quarter)
        ).first()
        number = here.session.scalar(
            text("select number from child_case where id = :id"), {"id": case_id}
        )
        heard = here.session.get_one(CodedCase, case_id).coded["groups"]["ind.heard.heard"]
        other = "no" if heard == "every-step" else "yes"
        put(here, str(number), {"answers.participation.heard": {"value": other}})
        again = publishing.publish(here, quarter, None)
        assert (json.dumps(again.content), again.digest, again.by_id) == (kept, digest, auditor.id)
        assert publishing.digest_of(again.content) == digest
        entries = here.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "figures.published")
        ).all()
        assert [(one.actor_id, one.detail) for one in entries] == [
            (auditor.id, {"quarter": quarter, "digest": digest})
        ]
        assert quarter not in publishing.to_publish(here)
        assert again.content["products"]["published"] == 1


def test_a_quarter_that_is_not_over_is_not_published(here: Desk) -> None:
    for quarter in ("2026-Q4", "2099-Q1"):
        with pytest.raises(Refused, match="quarter_not_over"):
            publishing.publish(here, quarter, None)
    assert here.session.scalars(select(QuarterReport)).all() == []


def test_nothing_is_published_before_every_case_is_counted(here: Desk) -> None:
    with here.writing() as session:
        session.execute(text("update tally_state set complete = false"))
    with pytest.raises(Refused, match="not_all_counted"):
        publishing.publish(here, "2026-Q1", None)


def test_a_quarter_without_children_is_published_empty(here: Desk) -> None:
    report = publishing.publish(here, "2001-Q1", None)
    assert report.content["countries"] == {}


def test_the_data_set_says_what_was_published_and_nothing_of_what_is_held_back(many: Flask) -> None:
    with many.test_request_context():
        here = desk()
        report = publishing.publish(here, publishing.to_publish(here)[0], None)
        context = figure_context(here, report, "es")
        content = data_set(context)
        assert content == data_set(figure_context(here, report, "en"))
        archive = zipfile.ZipFile(io.BytesIO(content))
        rows = list(
            csv.DictReader(io.StringIO(archive.read(f"intake-{report.quarter}.csv").decode()))
        )
        for row in rows:
            numbers = [int(row[name]) for name in ("children", "of") if row[name]]
            assert all(number >= 10 for number in numbers)
            if row["held_back"] == "1":
                assert row["children"] == "" == row["median_hours"]
        told: dict[tuple[str, str], dict[str, int]] = {}
        for row in rows:
            if (row["table"], row["breakdown"]) == ("measure", "total") and row["children"]:
                key = f"{row['indicator']}.{row['measure']}"
                told.setdefault((row["country"], key), {})[row["group"]] = int(row["children"])
        assert told == {
            (country, key): measure["groups"]
            for country, published in report.content["countries"].items()
            for key, measure in published["measures"].items()
            if measure["groups"]
        }
        words = list(csv.DictReader(io.StringIO(archive.read("dictionary.csv").decode())))
        codes = {(row["column"], row["code"]) for row in words}
        for row in rows:
            if row["breakdown"] in DIMENSIONS and row["table"] == "children":
                assert ("value", f"{row['breakdown']}: {row['value']}") in codes
            if row["table"] == "measure" and row["group"]:
                measure = row["measure"].split(".")[0]
                assert ("group", f"{row['indicator']}: {measure}: {row['group']}") in codes
        assert all(row["en"] and row["es"] for row in words)
        about = json.loads(archive.read("metadata.json"))
        assert about["sha256_of_figures"] == report.digest
        assert about["checklist"] == report.content["register"]
        assert about["held_back"]["fewer_than"] == 10
