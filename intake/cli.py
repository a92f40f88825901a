"""The ``intake`` command. Each subcommand lies in intake/commands, imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NoReturn

import click

from intake import __version__
from intake.commands.errors import fail

COMMANDS = {
    "audit": "intake.commands.audit",
    "backup": "intake.commands.backup",
    "bench-data": "intake.commands.bench_data",
    "demo": "intake.commands.demo",
    "documents": "intake.commands.documents",
    "due": "intake.commands.due",
    "evaluate": "intake.commands.evaluate",
    "indicators": "intake.commands.indicators",
    "keys": "intake.commands.keys",
    "reevaluate": "intake.commands.reevaluate",
    "report": "intake.commands.report",
    "print": "intake.commands.printing:print_sheet",
    "restore": "intake.commands.backup",
    "rules": "intake.commands.rules",
    "serve": "intake.commands.serve",
    "users": "intake.commands.people",
    "work": "intake.commands.work",
}
"""Each subcommand and the module holding the command: of the same name, or of the one behind the colon."""


class _Lazy(click.Group):
    """A group that imports a subcommand when it is called or its help is shown."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _fail_for(error)
        except click.ClickException as error:
            fail(ctx.invoked_subcommand or "command", error.format_message(), error.exit_code)
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _fail_for_place(error)
            raise

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            _fail_for(error)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name or cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)  # noqa: S101 - a slip in COMMANDS
        return command


def _fail_for(error: click.UsageError) -> NoReturn:
    """Says on one line, as every other error is said, what was wrong with the command itself."""
    parameter = error.param if isinstance(error, click.BadParameter) else None
    named = parameter.opts[0] if isinstance(parameter, click.Option) else None
    fail(
        named or (parameter and parameter.human_readable_name) or "command",
        (parameter and error.message) or error.format_message(),
    )


def _fail_for_place(error: Exception) -> None:
    """Says on one line that the settings or the database are not as the command needs them; other errors are ours."""
    # imported only here: a command that goes well does without
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from intake.checklist.reading import RulesError
    from intake.config import ConfigError

    if isinstance(error, ConfigError | RulesError):
        fail("settings", str(error))
    if isinstance(error, OperationalError | ProgrammingError):
        fail("database", str(error.orig).splitlines()[0])


@click.group(cls=_Lazy)
@click.version_option(__version__, prog_name="intake")
def main() -> None:
    """Checklists and reports for the best interests of migrant and refugee children."""


if __name__ == "__main__":
    main()
