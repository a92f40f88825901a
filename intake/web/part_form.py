"""The form of one part of a case that is kept beside its answers: a member of the panel, a violation by officials."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from intake.services import case_file, save
from intake.services.case_file import CaseFile
from intake.services.desk import Refused
from intake.services.save import Saved
from intake.web import language
from intake.web.cases import Page, case_or_404, shown_again
from intake.web.clash import CHOICE, show_clash
from intake.web.guard import desk
from intake.web.refusals import refusal


@dataclass(frozen=True)
class PartForm:
    """What one kind of part adds to the frame that all share."""

    part: str
    """Of the document, and the folder of its templates."""
    word: str
    """By which the form's own UUID names a new one, so that the same form sent twice keeps one."""
    kept: Callable[[CaseFile], Mapping[str, Any]]
    form: Callable[[CaseFile, str], Callable[..., Any]]
    """The form in that language. Aborts where the case's register has no place for it."""
    keep: Callable[[CaseFile, str, Any], Saved]
    """Keeps what the form says under that id."""
    take_away: Callable[[CaseFile, str, Any], Saved] | None
    """Takes it away, with the form of which only base and operation count; none where it can only be struck."""
    told: Callable[[Saved], str]

    def page(self, number: str, part_id: str | None) -> Page:
        """Shows the form and keeps what was sent; ``part_id`` is None for a new one."""
        file = case_file.open_file(desk(), case_or_404(number))
        kept = self.kept(file).get(part_id) if part_id else None
        if part_id and kept is None:
            abort(404)
        kind = self.form(file, language.code())
        if request.method == "GET":
            form = kind(data=vars(kept) if kept else None)
            form.start(file.case.version)
            return self._shown(file, form, kept)
        if again := shown_again():
            with language.force_locale(again):
                return self._shown(file, self.form(file, again)(), kept)
        form = kind()
        away = self.take_away if part_id and request.form.get("do") == "remove" else None
        # who is taken away need not be described whole
        if not (form.validate_on_submit() or (away and not form["csrf_token"].errors)):
            return self._shown(file, form, kept)
        part_id = part_id or str(uuid.uuid5(uuid.UUID(form.operation_id), self.word))
        back = url_for(f"{self.part}.every", number=number)
        if request.form.get(f"{CHOICE}{self.part}.{part_id}") == "theirs":
            return redirect(back)
        try:
            saved = (away or self.keep)(file, part_id, form)
        except save.Clashed as clash:
            return show_clash(case_or_404(number), form, clash)
        except Refused as refused:
            form.form_errors.append(refusal(refused))
            return self._shown(case_file.open_file(desk(), case_or_404(number)), form, kept)
        flash(self.told(saved), "success")
        return redirect(back)

    def _shown(self, file: CaseFile, form: Any, kept: Any) -> Page:
        page = render_template(
            f"{self.part}/one.html", case=file.case, file=file, form=form, kept=kept
        )
        return page, 422 if form.errors else 200


__all__ = ["PartForm"]
