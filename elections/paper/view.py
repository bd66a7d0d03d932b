"""The data of the minutes in French words, for the templates: hours, numbers, shares, names of acts and roles."""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from elections.protocol.canonical import hour
from elections.rules import lots
from elections.rules.french import day_and_hour, hour_in_words, number, typeset
from elections.rules.percent import percent
from elections.rules.phases import ROLES, Role
from elections.rules.words import ACTS, CATEGORIES, METHODS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from elections.protocol.canonical import Json

_EVENTS = (
    "suspend", "resume", "stop", "reschedule", "amendment", "software", "take-over", "reissue", "unlock",
    "ceremony-void", "incident", "intervention", "intervention-end", "incident-close", "software-differs",
    "software-equal",
)  # fmt: skip
"""The acts that are told one by one: what disturbed the operations, and what was done about it (R. 211-571, 577)."""

_CHANGES = {
    "closing": "nouvelle heure de clôture : {}",
    "device": "relève par : {}",
    "phase": "{}",
    "software": "logiciel : {}",
}
_TOLD = {
    "incident": "incident n° {}",
    "summary": "{}",
    "by": "par {}",
    "plan": "{}",
    "done": "{}",
    "outcome": "{}",
    "reason": "{}",
    "authority": "autorisé par {}",
}
"""What the details of an event say in words, in this order."""
_READINGS = {"disk": "sur le disque", "loaded": "en service"}
_SIGNING = ("president", "secretary", "delegate")


# --- Both kinds


def _instant(text: str | None) -> Json:
    """An hour in words with UTC beside (R24); None for what was not done."""
    if text is None:
        return None
    at = hour(text, "hour")
    return {"utc": f"{at:%H:%M:%S} UTC", "words": hour_in_words(at)}


def _moment(text: str | None) -> str:
    """The same in figures, for tables."""
    return "–" if text is None else day_and_hour(hour(text, "hour"))


def role_name(role: str) -> str:
    """What a role is called in French; a holder's may carry a number, as in `delegate-2`."""
    name, _, place = role.partition("-")
    if name not in set(Role):
        return role
    return typeset(f"{ROLES[Role(name)].fr} n° {place}" if place else ROLES[Role(name)].fr)


def act_name(act: str) -> str:
    """What an act of the journal is called; one without words keeps its own."""
    return typeset(ACTS[act].fr) if act in ACTS else act


def _policy(policy: Sequence[Mapping[str, Json]]) -> list[Json]:
    return [
        {
            "holders": ", ".join(role_name(role) for role in group["holders"]),
            "of": len(group["holders"]),
            "threshold": group["threshold"],
        }
        for group in policy
    ]


def _share(part: int, whole: int) -> str:
    return f"{percent(part, whole).text()}\N{NO-BREAK SPACE}%" if whole else "–"


def _signatures(holders: Sequence[str]) -> list[str]:
    """Who signs: the board and the delegates among the key holders."""
    return [role_name(role) for role in holders if role.partition("-")[0] in _SIGNING]


def _sealed(data: Json) -> dict[str, Json]:
    """What both kinds say of a contest."""
    register = data["register"]
    return {
        "checkpoint": {"root": data["checkpoint"]["root"], "size": number(data["checkpoint"]["size"])},
        "closing": _instant(data["closing"]),
        "college": typeset(data["contest"]["college"]),
        "contest": typeset(data["contest"]["title"]),
        "fingerprint": data["fingerprint"],
        "grace": data["grace"] // 60,
        "hours": {act: _instant(text) for act, text in data["hours"].items()},
        "moments": {act: _moment(text) for act, text in data["hours"].items()},
        "opening": _instant(data["opening"]),
        "ballots": number(register["ballots"]),
        "reissues": number(register["reissues"]),
        "roll": number(register["roll"]),
        "signatures": number(register["signatures"]),
        "tokens": [{"issuer": name, "count": number(count)} for name, count in register["tokens"].items()],
        "setup": data["setup"],
        "software": data["software"],
        "uuid": data["contest"]["uuid"],
    }


# --- The minutes of a result


def result_view(data: Json) -> dict[str, Json]:
    """What `result.typ` lays out."""
    result, roles = data["result"], [holder["role"] for holder in data["holders"]]
    turnout = percent(result["signatures"], result["roll"]) if result["roll"] else None
    names = [typeset(name) for name in result["names"]]
    return {
        **_sealed(data),
        "blank": number(result["blank"]),
        "candidacies": [
            {"name": name, "seats": seats, "share": _share(votes, result["valid"]), "votes": number(votes)}
            for name, votes, seats in zip(names, result["votes"], result["seats"], strict=True)
        ],
        "date": data["hours"]["proclaim"] or data["hours"]["count"] or data["closing"],
        "elected": [
            {"candidacy": names[item["candidacy"]], "substitute": substitute, "titular": titular}
            for item in result["elected"]
            for titular, substitute in zip_longest(item["titulars"], item["substitutes"])
        ],
        "election": typeset(data["election"]["title"]),
        "final": data["hours"]["proclaim"] is not None,
        "holders": [{"present": holder["present"], "role": role_name(holder["role"])} for holder in data["holders"]],
        "lot": _lot(result["lot"], names),
        "method": typeset(METHODS[result["method"]].fr) if result["method"] in METHODS else result["method"],
        "policy": _policy(data["policy"]),
        "rehearsal": data["rehearsal"],
        "result": data["result_sha256"],
        "seats": result["seats_to_fill"],
        "sign": _signatures(roles),
        "steps": [{"article": typeset(step["article"]), "text": step["fr"]} for step in result["steps"]],
        "turnout": turnout and {"exact": turnout.exact, "share": turnout.text()},
        "valid": number(result["valid"]),
    }


def _lot(lot: Json, names: Sequence[str]) -> Json:
    """Who drew for how many seats, and how the lot came out: on paper, or from the slips of the seal."""
    if lot is None:
        return None
    told = dict(lot["transcript"])
    lines: list[Json] = []
    if "drawn_at" in told:
        at = hour(told.pop("drawn_at"), "drawn_at")
        lines.append(_line("Tirage sur papier", f"{hour_in_words(at)} (heure de Paris ; {at:%H:%M:%S} UTC)"))
    for key, label in (("drawn_by", "Tiré par"), ("how", "De quelle manière")):
        if key in told:
            lines.append(_line(label, told.pop(key)))
    if "deposited" in told:
        lines.append(_line("Plis déposés par", ", ".join(role_name(role) for role in told.pop("deposited"))))
    for place, item in enumerate(told.pop("draws", []), 1):
        among, read = ", ".join(names[one] for one in item["among"]), " ".join(item["read"]) or "–"
        words = f"entre {among} ; octets lus : {read} ; désigne {names[item['candidacy']]}"
        lines.append(_line(f"Siège n° {place}", words))
    if "chosen" in told:
        lines.append(_line("Le sort a désigné", ", ".join(names[place] for place in told.pop("chosen"))))
    for key, label in (("seed", "Graine"), ("element", "Mélange ouvert")):
        if key in told:
            lines.append({**_line(label, told.pop(key)), "mono": True})
    # The proofs of the opening are long, and are in result.json for whoever computes; so is what is not known here.
    return {
        "between": [names[place] for place in lot["between"]],
        "drawn": bool(lot["transcript"]),
        "explained": _explained(lot["transcript"].get("kind")),
        "lines": lines,
        "seats": lot["seats"],
    }


def _explained(kind: str | None) -> list[str]:
    """Why a lot may be trusted, in the sentences of the result page; none before it is drawn."""
    told = {lots.SLIPS: lots.EXPLAINED, lots.PAPER: (lots.EXPLAINED_PAPER,)}.get(kind or "", ())
    return [typeset(words.fr) for words in told]


def _line(label: str, words: str) -> dict[str, Json]:
    return {"label": typeset(label), "mono": False, "words": typeset(words)}


# --- The minutes of the operations


def operations_view(data: Json) -> dict[str, Json]:
    """What `operations.typ` lays out; contests are numbered in their order."""
    numbers = {item["contest"]["uuid"]: place for place, item in enumerate(data["contests"], 1)}
    acts = data["acts"]
    return {
        "agree": all(item["register"]["ballots"] == item["register"]["signatures"] for item in data["contests"]),
        "contests": [{**_sealed(item), "stopped": item["hours"]["stop"] is not None} for item in data["contests"]],
        "course": [_row(list(group), numbers) for _, group in groupby(acts, key=_same)],
        "date": data["concluded"] or (acts[-1]["at"] if acts else data["contests"][0]["closing"]),
        "election": typeset(data["election"]["title"]),
        "events": [_event(act, numbers) for act in acts if act["act"] in _EVENTS],
        "final": data["concluded"] is not None,
        "journal": {"digest": data["journal"]["digest"], "lines": number(data["journal"]["lines"])},
        "policy": _policy(data["policy"]),
        "rehearsal": data["rehearsal"],
        "sign": _signatures(data["holders"]),
    }


def _same(act: Json) -> tuple[str, str, str]:
    """Acts that follow each other and are shown as one line: the same, by the same role, at the same hour."""
    return act["at"], act["act"], act["actor"]["role"]


def _row(group: Sequence[Json], numbers: Mapping[str, int]) -> Json:
    first, contests = group[0], [numbers[act["contest"]] for act in group if act["contest"] in numbers]
    named = len(set(contests))
    where = "tous" if named == len(numbers) > 1 else ", ".join(f"{place}" for place in sorted(set(contests)))
    times = f" ({len(group)}\N{NO-BREAK SPACE}fois)" if len(group) > max(1, named) else ""
    return {
        "act": act_name(first["act"]) + times,
        "by": role_name(first["actor"]["role"]),
        "contests": where or "–",
        "moment": _moment(first["at"]),
        "utc": first["at"][11:19],
    }


def _event(act: Json, numbers: Mapping[str, int]) -> Json:
    """One act told apart, with its reason and its change."""
    details = act["details"]
    told = [typeset(form.format(details[key])) for key, form in _TOLD.items() if key in details]
    if act["act"] == "incident":
        category = CATEGORIES.get(details.get("category", ""))
        told += [typeset(category.fr)] if category else []
        told.append(typeset(f"constaté le {_moment(details.get('noticed'))}"))
    if act["act"] == "software-differs":
        told += [
            typeset(f"{_READINGS.get(where, where)} : {item['digest']}") for where, item in details["found"].items()
        ]
    change = details.get("change")
    if isinstance(change, dict) and act["act"] not in ("suspend", "resume", "amendment"):
        told += [typeset(_CHANGES.get(key, "{}").format(_changed(value))) for key, value in change.items()]
    return {
        "act": act_name(act["act"]),
        "by": role_name(act["actor"]["role"]),
        "contest": numbers.get(act["contest"]),
        "details": told,
        "moment": _moment(act["at"]),
        "signed": [role_name(item["role"]) for item in details.get("signatures", []) if act["act"] == "amendment"],
        "utc": act["at"][11:19],
    }


def _changed(value: Json) -> str:
    """The new value: an hour in words, a software by its version, anything else as it stands."""
    if isinstance(value, dict) and "version" in value:
        return str(value["version"])
    text = str(value)
    return hour_in_words(hour(text, "closing")) if text.endswith("Z") and "T" in text else text
