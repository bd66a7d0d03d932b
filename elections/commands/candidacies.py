"""`elections candidacies`: who stands, whether they may, and how the authority has ruled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elections.commands._acts import actor, role_option, within
from elections.commands._state import FILE, now, open_state, state_option
from elections.protocol.canonical import encode
from elections.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from pathlib import Path

    from elections.registry.admission import Review
    from elections.rules.steps import Language


@click.group("candidacies")
def command() -> None:
    """Who stands in the contests of an election, and whether they may."""


@command.command("import")
@click.argument("election")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Write nothing: show the report on what the file holds.")
@state_option
def import_(election: str, file: Path, dry_run: bool, state: Path) -> None:
    """Read FILE, a CSV of candidacies in the order in which electors will see them.

    The first line names the columns: collège; candidature; titre; titulaire; suppléant. Each line is one titular with
    her substitute; the lines of one candidacy follow each other. The candidacies of every contest that the file names
    are replaced, all or none. Further columns, all optional, say what admissibility depends on: syndicat; délégué; and
    for each of "du titulaire" and "du suppléant" identifiant; sexe; fonctions; juridiction; situation; signature.
    """
    from elections.registry import admission, candidacies, elections
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    data = file.read_bytes()
    with open_state(state) as store, store.registry() as session:
        for contest, filed in candidacies.read_file(session, election, data).items():
            candidacies.replace(session, contest, filed, Actor(Role.OFFICER), now())
            click.echo(f"{elections.contest(session, contest).key:6} {len(filed)} candidacies", err=True)
        if dry_run:
            _show(admission.report(session, election), "en")
            click.echo("nothing written: this was a dry run", err=True)
        else:
            session.commit()


@command.command("check")
@click.argument("election")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON, both languages.")
@state_option
def check(election: str, language: Language, as_json: bool, state: Path) -> None:
    """Examine every candidacy by the rules of its contest, line by line, each with its article.

    A fault bars nothing by itself: the authority rules on it (`elections candidacies rule`). As long as it has not, the
    status is 1, and the election cannot be sealed. What the seal has erased is shown as not known.
    """
    from elections.registry import admission

    with open_state(state) as store, store.registry_reader() as session:
        reviews = admission.report(session, election)
        if as_json:
            click.echo(encode({"contests": [review.json() for review in reviews]}))
        else:
            _show(reviews, language)
        for review in reviews:
            if review.unruled:
                ids = ", ".join(review.unruled)
                raise ProtocolError("registry.unruled", contest=review.contest.title, ids=ids)


@command.command("rule")
@click.argument("election")
@click.argument("contest")
@click.argument("candidacy")
@click.argument("ruling", type=click.Choice(["admitted", "refused"]))
@role_option
@state_option
def rule(election: str, contest: str, candidacy: str, ruling: str, role: str, state: Path) -> None:
    """Admit or refuse CANDIDACY, by its short name, in CONTEST; a refused one is not on the ballot.

    It stands in the published journal, without name, fault or reason.
    """
    from elections.registry import admission

    with open_state(state) as store:
        uuid = within(store, election, contest)
        with store.registry.begin() as session:
            admission.rule(session, uuid, candidacy, ruling, actor(role), now())
    click.echo(f"{contest} {candidacy}: {ruling}", err=True)


@command.command("shares")
@click.argument("election")
@click.argument("contest")
@click.option("--women", required=True, type=int, metavar="N", help="Women among the electors.")
@click.option("--men", required=True, type=int, metavar="N", help="Men among the electors.")
@state_option
def shares(election: str, contest: str, women: int, men: int, state: Path) -> None:
    """Give the numbers of women and men among the electors of CONTEST, or their shares in any one unit."""
    from elections.registry import admission
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    with open_state(state) as store:
        uuid = within(store, election, contest)
        with store.registry.begin() as session:
            admission.set_electorate(session, uuid, women, men, Actor(Role.OFFICER), now())
    click.echo(f"{contest}: {women} women, {men} men", err=True)


@command.command("document")
@click.argument("election")
@click.argument("contest")
@click.argument("candidacy")
@click.option("--statement", type=FILE, help="A profession de foi: PDF, at most 2 MB, nothing active in it.")
@click.option("--logo", type=FILE, help="PNG or JPEG, 16 to 600 pixels; the logos of a contest have 20 kB together.")
@state_option
def document(
    election: str, contest: str, candidacy: str, statement: Path | None, logo: Path | None, state: Path
) -> None:
    """Hand in the logo or the profession de foi of CANDIDACY, by its short name, in CONTEST, or both.

    What was handed in before is replaced. Their digests are sealed with the election; the site shows them beside the
    names.
    """
    from elections.registry import documents
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    given = {kind: file for kind, file in ((documents.STATEMENT, statement), (documents.LOGO, logo)) if file}
    if not given:
        raise click.UsageError("give --statement FILE, --logo FILE, or both")
    with open_state(state) as store:
        uuid = within(store, election, contest)
        with store.registry.begin() as session:
            for kind, file in given.items():
                kept = documents.put(session, uuid, candidacy, kind, file.read_bytes(), Actor(Role.OFFICER), now())
                click.echo(f"{contest} {candidacy}: {kind} {kept.sha256}", err=True)


@command.command("publish")
@click.argument("election")
@state_option
def publish(election: str, state: Path) -> None:
    """Show the candidacies to everybody, before the seal does so (R. 211-532: fifteen days before the vote)."""
    from elections.registry import documents
    from elections.registry.journal import Actor
    from elections.rules.phases import Role

    with open_state(state) as store, store.registry.begin() as session:
        documents.publish(session, election, Actor(Role.OFFICER), now())
    click.echo(f"{election}: published", err=True)


@command.command("replay")
@click.argument("journal", type=FILE)
def replay(journal: Path) -> None:
    """Do every draw of a display order again that stands in JOURNAL, a journal.jsonl, and print the order it gives.

    Refused, status 1, if a draw gives another order than the journal states, or if the secret is not the one whose
    digest stood in the journal before. A draw on paper is shown and cannot be done again.
    """
    from elections.protocol.journal import parse_journal
    from elections.rules.display_order import replay as again

    shown: dict[str | None, object] = {}
    for entry in parse_journal(journal.read_bytes()):
        what = f"journal.jsonl, line {entry.sequence + 1}"
        if entry.act == "display-begun":
            shown[entry.contest] = entry.details.get("commitment")
        elif entry.act == "display":
            order, paper = again(entry.contest or "", entry.details, what), "drawn_by" in entry.details
            if not paper and entry.details["commitment"] != shown.get(entry.contest):
                raise ProtocolError("display.commitment", what=what)
            click.echo(f"{entry.contest}  {', '.join(order)}  ({'on paper' if paper else 'replayed'})")


def _show(reviews: list[Review], language: Language) -> None:
    """The report for a terminal: contest, candidacy, then one line a rule, with the last day to mend what is wrong."""
    for review in reviews:
        click.echo(f"{review.contest.key}  {review.contest.title}")
        for item in review.examined:
            ruling = review.rulings[item.id]
            click.echo(f"  {item.id}  {item.title}: {item.verdict}{f', {ruling}' if ruling else ''}")
            for line in item.findings:
                assumed = ", assumed" if line.assumed else ""
                until = f" (until {line.until})" if line.until else ""
                click.echo(f"    {line.kind:6} {line.step.text(language)}  [{line.step.article}{assumed}]{until}")
