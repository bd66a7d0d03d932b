"""The command line: a group whose commands are the modules of `elections.commands`.

Exit statuses are those of every command: 0 done, or all checks hold; 1 refused, because a check fails or
content cannot be read, parsed or accepted; 2 wrong usage, or a path that does not exist. A refusal is one
line on stderr. An exception that is nobody's refusal is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from typing import Any

import click

from elections import commands
from elections.protocol.errors import ProtocolError


class Commands(click.Group):
    """The modules of `elections.commands`, found by name and imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command's name, without importing any."""
        modules = [module.name for module in pkgutil.iter_modules(commands.__path__) if module.name[0] != "_"]
        return sorted(name.replace("_", "-") for name in modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None where there is no such module."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run the command and turn whatever it refuses into one line and its status."""
        try:
            return super().invoke(ctx)
        except ProtocolError as error:
            raise click.ClickException(_one_line(str(error))) from error
        except UnicodeEncodeError as error:
            # A path may be any bytes, and is echoed as such; a title, a name or a reason must be text.
            raise click.ClickException("what was typed is not text in UTF-8") from error
        except BrokenPipeError:
            # The reader has gone away, as in `elections verify … | head`: click ends quietly with status 1.
            raise
        except OSError as error:
            missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            refusal = _MissingPath if missing else click.ClickException
            place = "" if error.filename is None else f"{error.filename}: "
            raise refusal(_one_line(f"{place}{error.strerror or error}")) from error
        finally:
            # What waits in the buffer is written here, where a reader that has gone is still handled by click.
            sys.stdout.flush()


class _MissingPath(click.ClickException):
    """A path that does not exist, which is wrong usage and no judgement of any content."""

    exit_code = 2


def _one_line(message: str) -> str:
    """The message as one line; what a hostile file put into it cannot steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in message)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="isoloir")
def main() -> None:
    """Elections by colleges, with secret ballots whose count anyone can verify."""
