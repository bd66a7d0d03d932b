"""Every command explains itself, and refuses in one line with the status that scripts rely on."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from elections.cli import main
from elections.protocol.errors import ProtocolError

NAMES = main.list_commands(click.Context(main))


def command_lines(command, words):
    """The words of a command and of all commands below it."""
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from command_lines(command.get_command(context, name), [*words, name])


def run(*words):
    return CliRunner().invoke(main, words, prog_name="elections")


def elections(*words, **options):
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from elections.cli import main; main(prog_name='elections')", *words],
        check=False, text=True, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


@pytest.fixture
def raising(monkeypatch):
    """Makes the one command `x` out of an exception."""

    def command(error):
        def fail():
            raise error

        monkeypatch.setattr(type(main), "get_command", lambda *_: click.Command("x", callback=fail))
        return run("x")

    return command


def test_help_lists_every_command():
    listed = [line.split()[0] for line in run("--help").stdout.partition("Commands:")[2].splitlines() if line]
    assert listed == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_help(name):
    command = main.get_command(click.Context(main), name)
    for words in command_lines(command, [name]):
        done = run(*words, "--help")
        usage, _, text = done.stdout.partition("\n")
        assert done.exit_code == 0
        assert usage.startswith(f"Usage: elections {' '.join(words)}")
        assert text.strip().partition("\n")[0] not in {"", "Options:"}, f"{words} says nothing of itself"


def test_unknown_command_is_wrong_usage():
    done = run("nothing-of-the-kind")
    assert (done.exit_code, done.stdout) == (2, "")


def test_broken_rule_is_one_line_and_status_1(raising):
    done = raising(ProtocolError("json.utf8", what="evil\n\x1b[2Jfile"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "Error: evil\ufffd\ufffd[2Jfile: the bytes are not UTF-8\n"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FileNotFoundError(2, "No such file or directory", "record"), 2),
        (NotADirectoryError(20, "Not a directory", "record"), 2),
        (PermissionError(13, "Permission denied", "record"), 1),
        (IsADirectoryError(21, "Is a directory", "record"), 1),
    ],
)
def test_missing_path_is_status_2_and_unreadable_content_status_1(raising, error, status):
    done = raising(error)
    assert (done.exit_code, done.stderr) == (status, f"Error: record: {error.strerror}\n")


def test_fault_of_ours_keeps_its_traceback(raising):
    assert isinstance(raising(ZeroDivisionError()).exception, ZeroDivisionError)


def test_reader_that_went_away_leaves_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        done = elections("--help", stdout=gone)
    assert (done.returncode, done.stderr) == (1, "")


def test_no_colour_outside_a_terminal():
    assert "\x1b" not in elections("--help", stdout=subprocess.PIPE).stdout
