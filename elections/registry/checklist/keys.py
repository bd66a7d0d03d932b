"""The accounts of board and delegates, the keys, the test urn, the seal: what waits for the key holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from elections.protocol.ceremony import KINDS
from elections.protocol.setup import missing_signatures
from elections.registry import accounts, ceremony, factors, viewings
from elections.registry.checklist.draft import Draft, Item
from elections.rules.phases import Role, Words

if TYPE_CHECKING:
    from collections.abc import Iterable


def _arrived(draft: Draft) -> Item:
    """Each looks at the seal on a screen of her own, hence signs in, with a second factor where one is owed."""
    known = [
        f"{account.role}-{account.number}" if account.role == Role.DELEGATE else account.role
        for account in accounts.everyone(draft.session, draft.election.uuid)
        if not factors.owed(draft.session, account)
    ]
    what = Words("Accounts of the board and of the delegates opened", "Comptes ouverts par le bureau et les délégués")
    return _by_holder(draft, "accounts", what, "R. 211-552", known, needed=False)


def _made(draft: Draft) -> Item:
    made = all(contest.trustees is not None for contest in draft.contests)
    return _by_holder(
        draft,
        "keys",
        Words("Keys made by all holders", "Clés créées par tous les détenteurs"),
        "R. 211-545",
        _roles(draft) if made else _handed(draft, KINDS[-1]),
    )


def _rehearsed(draft: Draft) -> Item:
    what = Words("Test urn counted with all keys", "Vote à blanc : urne d'essai dépouillée avec toutes les clés")
    return _by_holder(draft, "rehearsal", what, "R. 211-551", _handed(draft, ceremony.REHEARSED))


def _prepared(draft: Draft) -> Item:
    done = sum(contest.setup is not None for contest in draft.contests)
    what = Words("Sealing prepared", "Scellement préparé")
    return Item("prepare", what, "R. 211-528, R. 211-550", done, len(draft.contests), dates=("sealing",))


def _signed(draft: Draft) -> Item:
    """The seal needs the president or the secretary, and two delegates (one if there is only one)."""
    given = _handed(draft, ceremony.SEALED)
    enough = bool(given) and not missing_signatures(draft.holders, set(given))
    what = Words("Signatures of the seal", "Signatures du scellement")
    return _by_holder(draft, "signatures", what, "R. 211-552", given, enough=enough)


def _looked(draft: Draft) -> Item:
    """Whoever is to be present has seen what is prepared, as it stands now."""
    prepared = all(contest.setup is not None for contest in draft.contests)
    digest = viewings.current(draft.session, draft.election.uuid).digest if prepared else None
    seen = [name for name, look in viewings.last(draft.session, draft.election.uuid).items() if look.digest == digest]
    enough = bool(seen) and not missing_signatures(draft.holders, set(seen))
    what = Words(
        "What is to be sealed looked at by the board", "Examen par le bureau et les délégués de ce qui va être scellé"
    )
    return _by_holder(draft, "viewings", what, "R. 211-552", seen, enough=enough)


def _by_holder(
    draft: Draft,
    key: str,
    what: Words,
    article: str,
    given: Iterable[str],
    *,
    enough: bool = False,
    needed: bool = True,
) -> Item:
    roles, done = _roles(draft), set(given)
    late = () if enough else tuple(role for role in roles if role not in done)
    count = len(done & set(roles))
    return Item(key, what, article, count, len(roles), holders=late, dates=("sealing",), needed=needed, enough=enough)


def _roles(draft: Draft) -> list[str]:
    return [role for group in draft.holders for role in group.holders]


def _handed(draft: Draft, step: str) -> list[str]:
    return list(ceremony.handed_in(draft.session, draft.election.uuid, step))


LINES = (_arrived, _made, _rehearsed, _prepared, _signed, _looked)
