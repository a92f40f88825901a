"""The forms for people and teams."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from intake.forms.fields import PageForm, SelectChoice
from intake.models import Team

ROLES = {
    "caseworker": _("Caseworker: own cases"),
    "supervisor": _("Supervisor: the cases of their team"),
    "administrator": _("Administrator: people and teams, no cases"),
    "auditor": _("Auditor: the audit trail, no cases"),
}
LANGUAGES = {"es": "Español", "en": "English"}


class AddressForm(PageForm):
    """To whom an invitation goes; its own form, so that its errors come first, as on the page."""

    email = StringField(
        _("E-mail address"),
        validators=[DataRequired(_("Enter the e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class PersonForm(PageForm):
    """Who a person is here."""

    name = StringField(_("Name"), validators=[DataRequired(_("Enter the name.")), Length(max=120)])
    role = RadioField(
        _("Role"),
        choices=[SelectChoice(value, text) for value, text in ROLES.items()],
        validators=[DataRequired(_("Choose a role."))],
    )
    team = SelectField(_("Team"), description=_("Caseworkers and supervisors need one."))
    language = RadioField(
        _("Language"),
        choices=[SelectChoice(value, text) for value, text in LANGUAGES.items()],
        default="es",
    )

    def offer(self, teams: list[Team]) -> None:
        """Offers these teams."""
        self.team.choices = [
            SelectChoice("", _("No team")),
            *(SelectChoice(team.name, team.name) for team in teams),
        ]


class InvitationForm(AddressForm, PersonForm):
    """Who is invited."""


class TeamForm(PageForm):
    """A team to be added."""

    name = StringField(
        _("Name of the team"), validators=[DataRequired(_("Enter the name.")), Length(max=120)]
    )
    prefix = StringField(
        _("Beginning of its case numbers"),
        description=_("2 to 8 capital letters, such as TAP. It cannot be changed later."),
        validators=[DataRequired(_("Enter 2 to 8 capital letters.")), Length(max=8)],
    )
    country = RadioField(
        _("Country"),
        choices=[SelectChoice("MX", _("Mexico")), SelectChoice("US", _("United States"))],
        default="MX",
    )
    zone = SelectField(
        _("Time zone"),
        choices=[
            SelectChoice(zone, zone.replace("_", " "))
            for zone in sorted(available_timezones())
            if zone.startswith("America/")
        ],
        default="America/Mexico_City",
    )
