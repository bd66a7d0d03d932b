"""`elections incident`: incidents and interventions, entered before anybody touches the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option, within
from elections.commands._state import HOUR, now, open_state, state_option
from elections.rules.words import CATEGORIES, NOTICERS

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_NUMBER = click.argument("number", type=click.IntRange(min=1))


@click.group("incident")
def command() -> None:
    """Incidents and interventions. Whatever is entered is published, but for notes: it must name no elector."""


@command.command("show")
@click.argument("election")
@state_option
def show(election: str, state: Path) -> None:
    """Every incident, with what was done about it; notes are not shown."""
    from elections.protocol.canonical import hour_text
    from elections.registry import incidents

    with open_state(state) as store, store.registry_reader() as session:
        for item in incidents.known(session, election).values():
            where = f", contest {item.contest}" if item.contest else ""
            click.echo(
                f"{item.number}. {hour_text(item.entered)}  {CATEGORIES[item.category].en}{where}: {item.summary}"
            )
            for work in item.interventions:
                ended = f", ended {hour_text(work.ended)}: {work.done}" if work.ended else ", under way"
                click.echo(f"   intervention {work.number} by {work.by}, {hour_text(work.began)}: {work.plan}{ended}")
            click.echo(f"   closed {hour_text(item.closed)}: {item.outcome}" if item.closed else "   open")


@command.command("enter")
@click.argument("election")
@click.argument("contest", required=False)
@role_option
@click.option("--category", required=True, type=click.Choice(tuple(CATEGORIES)), help="What it is about.")
@click.option("--summary", required=True, help="What happens, in a line that is published.")
@click.option("--noticed", required=True, type=HOUR, metavar="T", help="When it was noticed, with its zone.")
@click.option("--noticed-by", required=True, type=click.Choice(tuple(NOTICERS)), help="Who noticed it.")
@click.option("--note", default="", help="What stays in the registry and is not published.")
@state_option
def enter(
    election: str,
    contest: str | None,
    role: str,
    category: str,
    summary: str,
    noticed: datetime,
    noticed_by: str,
    note: str,
    state: Path,
) -> None:
    """Enter an incident; the board, the delegates and the supervision get a mail. Prints its number."""
    from elections import alarms
    from elections.registry.incidents import Notice

    with open_state(state) as store:
        notice = Notice(category, summary, noticed, noticed_by, contest and within(store, election, contest), note)
        click.echo(alarms.enter(store, election, notice, actor(role), now()))


@command.command("note")
@click.argument("election")
@_NUMBER
@role_option
@click.option("--text", required=True, help="What stays in the registry and is not published.")
@state_option
def note(election: str, number: int, role: str, text: str, state: Path) -> None:
    """Add a note that is not published."""
    from elections.registry import incidents

    with open_state(state) as store, store.registry.begin() as session:
        incidents.annotate(session, election, number, text, actor(role), now())


@command.command("begin")
@click.argument("election")
@_NUMBER
@role_option
@click.option("--by", required=True, help="Who intervenes, by function.")
@click.option("--plan", required=True, help="What is to be done.")
@state_option
def begin(election: str, number: int, role: str, by: str, plan: str, state: Path) -> None:
    """Begin an intervention, before anything is touched."""
    from elections import alarms

    with open_state(state) as store:
        alarms.intervene(store, election, number, by, plan, actor(role), now())


@command.command("end")
@click.argument("election")
@_NUMBER
@role_option
@click.option("--done", required=True, help="What was done.")
@state_option
def end(election: str, number: int, role: str, done: str, state: Path) -> None:
    """End the intervention that is under way."""
    from elections.registry import incidents

    with open_state(state) as store, store.registry.begin() as session:
        incidents.end(session, election, number, done, actor(role), now())


@command.command("conclude")
@click.argument("election")
@_NUMBER
@role_option
@click.option("--outcome", required=True, help="How it ended.")
@state_option
def conclude(election: str, number: int, role: str, outcome: str, state: Path) -> None:
    """Close an incident."""
    from elections.registry import incidents

    with open_state(state) as store, store.registry.begin() as session:
        incidents.close(session, election, number, outcome, actor(role), now())
