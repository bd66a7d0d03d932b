"""`elections calendar`: the dates that the law sets for a vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._days import DAY
from elections.commands._models import MODEL
from elections.commands._state import HOUR, now, open_state, state_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from elections.protocol.errors import ProtocolError
    from elections.rules.calendar import Line, State
    from elections.rules.models import Model
    from elections.rules.phases import Words
    from elections.rules.steps import Language

    _Dates = tuple[Sequence[Line], Mapping[str, State], Sequence[ProtocolError]]


@click.command("calendar")
@click.argument("election", required=False)
@click.option("--model", type=MODEL, metavar="M", help="Without an election: the model whose dates are computed.")
@click.option("--opening", type=HOUR, metavar="T", help="With --model: the opening hour, with its zone.")
@click.option("--closing", type=HOUR, metavar="T", help="With --model: the closing hour.")
@click.option("--expiry", type=DAY, metavar="D", help="The day on which the mandates in course expire.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The dates as JSON, both languages.")
@state_option
def command(
    election: str | None,
    model: Model | None,
    opening: datetime | None,
    closing: datetime | None,
    expiry: date | None,
    language: Language,
    as_json: bool,
    state: Path,
) -> None:
    """Show the dates of ELECTION, or of a model with an opening and a closing, each with its article.

    What the law would not have is told on standard error; only a duration that it forbids is refused.
    """
    from elections.protocol.canonical import encode

    if (election is None) == (model is None) or (model is not None) != (opening is not None and closing is not None):
        raise click.UsageError("Give an ELECTION, or --model with --opening and --closing.")
    if model is None:
        lines, states, faults = _of_election(str(election), expiry, state)
    else:
        lines, states, faults = _of_model(model, opening, closing, expiry)
    if as_json:
        shown = [{**line.json(), "state": states.get(line.key)} for line in lines]
        click.echo(encode({"dates": shown, "faults": [str(fault) for fault in faults]}))
        return
    if not lines:
        click.echo("This model counts no legal dates.", err=True)
    for line in lines:
        _show(line, states.get(line.key), language)
    for fault in faults:
        click.echo(f"Warning: {fault}", err=True)


def _of_election(election: str, expiry: date | None, state: Path) -> _Dates:
    from elections.registry import calendar

    with open_state(state) as store, store.registry_reader() as session:
        dates = calendar.read(session, election, now(), expiry)
    return [line for line, _ in dates.lines], {line.key: where for line, where in dates.lines}, dates.faults


def _of_model(model: Model, opening: datetime | None, closing: datetime | None, expiry: date | None) -> _Dates:
    from elections.protocol.canonical import hour_text
    from elections.protocol.errors import ProtocolError
    from elections.rules import calendar, timetable

    if opening is None or closing is None or model.calendar is None:
        return (), {}, ()
    if opening >= closing:
        raise ProtocolError("setup.hours", what=f"{hour_text(opening)}, {hour_text(closing)}")
    if not model.rehearsal:
        timetable.check_duration(model.calendar, opening, closing)
    vote = calendar.Vote(opening, closing, model.grace, None, expiry)
    return calendar.dates(model.calendar, vote), {}, calendar.faults(model.calendar, vote)


def _show(line: Line, state: State | None, language: Language) -> None:
    """One date in two lines: when and what; how it was found, and by which article."""
    from elections.rules import calendar
    from elections.rules.french import PARIS

    def said(words: Words) -> str:
        return words.fr if language == "fr" else words.en

    when = f"{line.day:%Y-%m-%d}" if line.day else "?"
    if line.at:
        when += f" {line.at.astimezone(PARIS):%H:%M}"
    marks = [said(calendar.BOUNDS[line.bound])] if line.day else []
    marks += [
        said(words)
        for words, holds in ((calendar.ASSUMED, line.assumed), (calendar.PROVISIONAL, line.provisional))
        if holds
    ]
    marks += line.contests
    marks += [said(calendar.STATES[state])] if state else []
    told = ", ".join(mark for mark in marks if mark)
    click.echo(f"{when:16}  {said(line.what)}{f' ({told})' if told else ''}")
    click.echo(f"{'':16}  {said(line.how)}{f' [{line.article}]' if line.article else ''}")
