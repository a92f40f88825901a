"""``intake rules``: what a lawyer runs before and after changing a file of the register."""

from __future__ import annotations

import click

from intake.commands.rules.check import check
from intake.commands.rules.diff import diff
from intake.commands.rules.explain import explain
from intake.commands.rules.listing import list_rules
from intake.commands.rules.printing import print_rules
from intake.commands.rules.publishing import impact, publish


@click.group()
def rules() -> None:
    """The register of checks, kept as data in rules/."""


for _command in (check, diff, explain, impact, list_rules, print_rules, publish):
    rules.add_command(_command)
