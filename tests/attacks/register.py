"""V12 and V13: register, seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.canonical import encode
from tests.attacks.editor import changed
from tests.attacks.forger import Forger
from tests.attacks.table import attack

if TYPE_CHECKING:
    from tests.attacks.forger import Forger


# --- V12: the register


@attack("V12", "ballots = signatures", "register.ballots")
def a_ballot_is_stuffed(f):
    f.recount("s2a", [*f.leaves("s2a"), f.entry("s2a").leaf])


@attack("V12", "ballots = signatures", "register.ballots")
def a_ballot_is_taken_away(f):
    f.recount("s2a", f.leaves("s2a")[1:])


@attack("V12", "ballots = signatures", "register.ballots")
def the_register_has_another_signature(f):
    f.put("s2a/register.json", 5, "signatures")


@attack("V12", "ballots = signatures", "register.contest")
def the_register_is_of_another_contest(f):
    f.put("s2a/register.json", f.path("s1"), "contest")


@attack("V12", "signatures ≤ tokens", "register.tokens")
def there_are_fewer_tokens_than_signatures(f):
    f.put("s1/register.json", 24, "tokens", "issuer-1")


@attack("V12", "tokens ≤ roll + re-issues", "register.tokens")
def there_are_more_tokens_than_electors(f):
    f.put("s1/register.json", 42, "tokens", "issuer-1")


@attack("V12", "tokens ≤ roll + re-issues", "register.issuers")
def the_tokens_of_another_issuer_are_counted(f):
    f.put("s1/register.json", {"issuer-2": 30}, "tokens")


@attack("V12", "tokens ≤ roll + re-issues", "register.roll")
def the_roll_is_not_the_sealed_one(f):
    f.put("s1/register.json", 41, "roll")


@attack("V12", "signatures ≤ roll", "register.signatures")
def more_have_voted_than_may(f):
    f.recount("s2a", [f.entry("s2a").leaf for _ in range(7)])
    f.put("s2a/register.json", lambda value: {**value, "ballots": 7, "signatures": 7, "tokens": {"issuer-1": 7}})


# --- V13: the seats


def _result(f: Forger, new: object, *keys: str | int) -> None:
    f.result("s1", encode(changed(f.read("s1/result.json"), new, *keys)))


@attack("V13", "seats", "verify.result")
def a_seat_goes_to_another_list(f):
    _result(f, [3, 2, 1, 0], "seats")


@attack("V13", "seats", "verify.result")
def somebody_else_is_elected(f):
    _result(f, "NOBODY Nemo", "elected", 0, "titulars", 0)


@attack("V13", "seats", "verify.result")
def the_votes_are_not_the_totals(f):
    _result(f, [14, 7, 3, 1], "votes")


@attack("V13", "line by line", "verify.result")
def a_line_of_the_arithmetic_is_changed(f):
    _result(f, lambda text: text + ".", "steps", 2, "en")


@attack("V13", "line by line", "verify.result")
def a_line_of_the_arithmetic_is_left_out(f):
    _result(f, lambda steps: steps[:-1], "steps")
