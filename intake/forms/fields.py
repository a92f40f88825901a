"""Fields that own their words and their errors: dates and times in parts, text that can be stored."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, HiddenField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.fields.simple import StringField
from wtforms.utils import unset_value

FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_NOTE = 10_000
LONGEST_LINE = 200
_TIME = re.compile(r"(\d{1,2})[:.](\d\d)(?::\d\d)?")


_OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def visible(text: str | None) -> str | None:
    """The text without the control characters that a copy from a PDF or another program brings along.

    Nobody sees them, so nobody could delete them; what stood for a line end becomes one.
    """
    if text is None:
        return None
    return _UNSEEN.sub("", _OTHER_LINE_ENDS.sub("\n", text))


def no_longer_than(limit: int) -> Any:
    """Refuses a longer text, saying by how much."""

    def check(_form: Any, field: Field) -> None:
        length = len((field.data or "").replace("\r\n", "\n"))
        if length > limit:
            raise ValidationError(
                _(
                    "“%(field)s” has %(length)s characters; the most is %(limit)s. Shorten it: nothing was cut off.",
                    field=field.label.text,
                    length=length,
                    limit=limit,
                )
            )

    return check


class LineField(StringField):
    """One line of text."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(
            label, validators=[no_longer_than(LONGEST_LINE)], filters=[visible], **options
        )


class NoteField(TextAreaField):
    """Text over several lines."""

    def __init__(self, label: Any = None, **options: Any) -> None:
        super().__init__(
            label, validators=[no_longer_than(LONGEST_NOTE)], filters=[visible], **options
        )


class PartsField(Field):
    """A date typed in boxes. ``raw`` keeps what was typed, whatever it was; ``data`` is the date, or None."""

    parts: Sequence[str] = ("day", "month", "year")

    def __init__(
        self, label: Any = None, *, future: bool = True, called: Any = None, **options: Any
    ) -> None:
        """``called`` is the field's name in an error, where the label alone does not tell which one it is."""
        super().__init__(label, **options)
        self.future, self.called = future, called or self.label.text
        self.raw: dict[str, str] = {}
        self.error_parts: list[str] = []
        self.problem: Any = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors, self.raw_data = [], []
        # what neither the page nor the database gave is no date
        data = self.default if data is unset_value else data
        self.data = self.object_data = data
        names = {part: f"{self.name}-{part}" for part in self.parts}
        if formdata is not None and any(name in formdata for name in names.values()):
            self.raw_data = [str(formdata.get(name, "")) for name in names.values()]
            self.raw = {
                part: str(formdata.get(name, "")).strip()[:40] for part, name in names.items()
            }
            self.data, self.problem = None, None
            if any(self.raw.values()):
                try:
                    self.data = self.parse()
                except ValueError:
                    self.problem = self.problem or _(
                        "“%(field)s” must be a real date.", field=self.called
                    )
        else:
            self.raw = self.shown(data)

    def parse(self) -> Any:
        """The date typed. Raises ValueError, with ``problem`` and ``error_parts`` set."""
        empty = [part for part in ("day", "month", "year") if not self.raw[part]]
        if empty:
            self.error_parts = empty
            self.problem = _("“%(field)s” needs a day, a month and a year.", field=self.called)
            raise ValueError
        numbers = {}
        for part in ("day", "month", "year"):
            if not (self.raw[part].isascii() and self.raw[part].isdigit()):
                self.error_parts = [part]
                self.problem = _(
                    "“%(field)s” takes numbers only, such as 27 3 2026.", field=self.called
                )
                raise ValueError
            numbers[part] = int(self.raw[part][:9])
        if not FIRST_YEAR <= numbers["year"] <= LAST_YEAR:
            self.error_parts = ["year"]
            self.problem = _(
                "The year of “%(field)s” must lie between %(first)s and %(last)s.",
                field=self.called,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
            raise ValueError
        return dt.date(numbers["year"], numbers["month"], numbers["day"])

    def shown(self, data: Any) -> dict[str, str]:
        """The parts of a stored date."""
        if not isinstance(data, dt.date):
            return dict.fromkeys(self.parts, "")
        return {"day": str(data.day), "month": str(data.month), "year": str(data.year)}

    def pre_validate(self, form: Any) -> None:
        if self.problem:
            raise ValidationError(self.problem)
        if (
            not self.future
            and isinstance(self.data, dt.date)
            and self.data > dt.date.today() + dt.timedelta(days=1)
        ):
            raise ValidationError(_("“%(field)s” lies in the future.", field=self.called))


class MomentField(PartsField):
    """A date and a time of day, in the zone of the team; ``data`` is a time with its zone, or None."""

    parts = ("day", "month", "year", "time")

    def __init__(self, label: Any = None, *, zone: ZoneInfo | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.zone = zone or ZoneInfo("UTC")

    def parse(self) -> dt.datetime:
        if not self.raw["time"]:
            self.error_parts = ["time"]
            self.problem = _(
                "“%(field)s” needs a time of day, such as 14:30. If nobody knows it, write 00:00: "
                "deadlines then run from the beginning of that day.",
                field=self.called,
            )
            raise ValueError
        day = super().parse()
        match = _TIME.fullmatch(self.raw["time"])
        if match is None or int(match[1]) > 23 or int(match[2]) > 59:
            self.error_parts = ["time"]
            self.problem = _("The time of “%(field)s” must be like 14:30.", field=self.called)
            raise ValueError
        return dt.datetime.combine(day, dt.time(int(match[1]), int(match[2])), tzinfo=self.zone)

    def shown(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dt.datetime):
            return dict.fromkeys(self.parts, "")
        local = data.astimezone(self.zone)
        return {**super().shown(local.date()), "time": local.strftime("%H:%M")}

    def pre_validate(self, form: Any) -> None:
        if self.problem:
            raise ValidationError(self.problem)
        if (
            not self.future
            and self.data
            and self.data > dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
        ):
            raise ValidationError(_("“%(field)s” lies in the future.", field=self.called))


class PageForm(FlaskForm):
    """A form as pages send it: texts, and files only where the form asks for one.

    Flask-WTF alone also takes files for texts, and JSON of any shape, which no field of ours expects.
    """

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent for this form, or None where nothing was."""
            if formdata is not _Auto:
                return formdata
            if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
                return None
            asked = {name for name, field in form._fields.items() if isinstance(field, FileField)}
            files = [
                (name, file) for name, file in request.files.items(multi=True) if name in asked
            ]
            return CombinedMultiDict((MultiDict(files), request.form))


class CaseForm(PageForm):
    """A form over a case: which version it was made from, and the UUID that makes sending it twice harmless."""

    base = HiddenField()
    operation = HiddenField()

    def start(self, version: int) -> None:
        """Marks a form that is shown for the first time."""
        self.base.data, self.operation.data = str(version), str(uuid.uuid4())

    @property
    def base_version(self) -> int:
        """The version of the case the form was made from; 0 where the form does not say, so that all is compared."""
        text = self.base.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    @property
    def operation_id(self) -> str:
        """The form's UUID, or a new one where it carries none."""
        try:
            return str(uuid.UUID(self.operation.data or ""))
        except ValueError:
            return str(uuid.uuid4())

    def validate(self, extra_validators: Any = None) -> bool:
        """Also says, in a sentence, that the page was open too long; what was typed stays in the form."""
        valid = bool(super().validate(extra_validators))
        token = self["csrf_token"]
        if token.errors:
            token.errors = [
                _("This page had been open too long. Nothing you typed is lost: send it again.")
            ]
        return valid
