"""The checks of one contest of a record, V02 to V13, in the order of protocol.md §12.

Each function takes the contest, raises what it refuses, and returns a remark or None.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from elections.protocol import archive as belenios
from elections.protocol.canonical import Json, array, fields, integer, parse, sha256_hex, string
from elections.protocol.elgamal import Proof, check_signature
from elections.protocol.entry import check_tokens
from elections.protocol.errors import ProtocolError
from elections.protocol.log import Checkpoint, leaf_hash, root
from elections.protocol.setup import check_binding, missing_signatures, seal_text
from elections.protocol.slips import read_slips
from elections.rules.result import write_result
from elections.rules.seats import check_candidacies, check_rule
from elections.verify.decryption import check_decryptions, check_tally, strong_lines
from elections.verify.lots import on_paper, replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from elections.protocol.ballot import Election
    from elections.protocol.setup import Setup
    from elections.protocol.slips import Slip
    from elections.protocol.trustees import Trustees
    from elections.verify.contest import Contest


PAPER_REMARK = "its lot was drawn on paper, which nothing here can show: it rests on the board's word"


def v02_setup(contest: Contest) -> str | None:
    """Setup canonical and sane, the election computed from it, the seal complete, a slip of everybody who sealed."""
    setup = contest.setup
    rule = setup.rule
    check_rule(rule.method, rule.seats, rule.parameters, len(setup.candidacies), contest.name("setup.json, rule"))
    check_candidacies(rule.method, rule.seats, rule.parameters, setup.value["candidacies"])
    if contest.stopped:
        signers(setup, contest.seal, contest.name("seal.json"))
        return "stopped contest: without its election record the signatures of the seal cannot be checked"
    election, trustees = contest.election, contest.trustees
    check_binding(setup, election, trustees)
    first = Checkpoint(setup.origin, 0, root([]))
    text = seal_text(election.fingerprint, setup.digest, first.text)
    check_holders(setup, election, trustees, contest.seal, text, contest.name("seal.json"))
    return f"{len(slips(contest))} slips" if contest.lots else None


def slips(contest: Contest) -> tuple[Slip, ...]:
    """The slips of a contest, each checked: one of everybody who signed the seal (protocol.md §10)."""
    rows = signers(contest.setup, contest.seal, contest.name("seal.json"))
    who, what = [(owner, role) for _, owner, role, _ in rows], contest.name("slips.json")
    return read_slips(contest.raw("slips.json"), contest.election, contest.trustees, who, what)


def v02_distinct_issuers(contests: Iterable[Contest]) -> None:
    """No issuer's key stands in two contests: each is used for nothing else (protocol.md §5)."""
    seen: set[int] = set()
    for contest in contests:
        keys = {issuer.n for issuer in contest.setup.issuers}
        if seen & keys:
            raise ProtocolError("setup.issuer-twice", what=contest.name("setup.json"))
        seen |= keys


def check_holders(setup: Setup, election: Election, trustees: Trustees, signatures: Json, text: str, what: str) -> None:
    """Refuse unless enough key holders signed `text`, each with the key of her certificate, none twice."""
    for place, owner, role, proof in signers(setup, signatures, what):
        certificate = trustees.certificates[owner - 1] if owner <= len(trustees.certificates) else None
        if certificate is None:
            raise ProtocolError("setup.seal-holder", what=place, role=role, owner=owner)
        signature = Proof.parse(election.group, proof, place)
        check_signature(election.group, certificate.verification, text, signature, place)


def signers(setup: Setup, signatures: Json, what: str) -> list[tuple[str, int, str, Json]]:
    """Who signed a seal or an amendment: place in the file, owner, role and proof; refused unless they are enough."""
    found: list[tuple[str, int, str, Json]] = []
    signed: set[str] = set()
    for number, item in enumerate(array(signatures, what), 1):
        place = f"{what}, signature {number}"
        fields(item, place, ("challenge", "owner", "response", "role"))
        owner, role = integer(item["owner"], place, 1), string(item["role"], place)
        if owner > len(setup.holders) or setup.holders[owner - 1] != role or role in signed:
            raise ProtocolError("setup.seal-holder", what=place, role=role, owner=owner)
        signed.add(role)
        found.append((place, owner, role, {key: item[key] for key in ("challenge", "response")}))
    missing = missing_signatures(setup.policy, signed)
    if missing:
        roles = " / ".join(", ".join(group.holders) for group in missing)
        raise ProtocolError("setup.seal", what=what, roles=roles)
    return found


def v03_archive(contest: Contest) -> str | None:
    """The archive's bytes, chain and grammar, in the strict form of our records; its credentials are the ballots'."""
    archive, what = contest.archive, contest.name("archive.bel")
    belenios.check_record_form(archive, what)
    credentials = [credential_of(raw, f"{what}, ballot {number}") for number, raw in enumerate(archive.ballots, 1)]
    belenios.check_credentials(archive, credentials, what)
    return None


def v04_trustees(contest: Contest) -> str | None:
    """Every proof, context and signature of the trustees; their groups and digest as sealed."""
    contest.trustees.check(contest.name("archive.bel, trustees"))
    check_binding(contest.setup, contest.election, contest.trustees)
    return None


def v04_distinct_keys(contests: Iterable[Contest]) -> None:
    """No verification key stands in two contests, nor the product of all."""
    seen: set[str] = set()
    for contest in contests:
        if contest.stopped:
            continue
        keys = {key.text for key in (*contest.trustees.verification_keys, contest.election.public_key.element)}
        if seen & keys:
            raise ProtocolError("setup.key-twice", what=contest.name("archive.bel, trustees"))
        seen |= keys


def v05_ballots(contest: Contest) -> str | None:
    """Every ballot, by the function the casting door uses."""
    refusals = contest.judged.refusals
    if len(refusals) == 1:
        raise ProtocolError("verify.ballot", detail=refusals[0])
    if refusals:
        raise ProtocolError("verify.ballots", detail=refusals[0], more=len(refusals) - 1)
    return f"{len(contest.entries)} ballots"


def v06_distinct(contest: Contest) -> str | None:
    """No credential, tracker or α twice in the urn."""
    trackers = [entry.ballot for entry in contest.entries]
    if len(set(trackers)) != len(trackers):
        raise ProtocolError("verify.copy", what=contest.name("entries.jsonl"))
    judged = contest.judged
    if len(set(judged.credentials)) != len(judged.credentials):
        raise ProtocolError("verify.credential-twice", what=contest.name("entries.jsonl"))
    check_alphas(judged.alphas, contest.name("entries.jsonl"))
    return None


def check_alphas(alphas: Sequence[Sequence[str]], what: str) -> None:
    """Refuse a randomness that stands in two ballots, or twice in one."""
    flat = [alpha for row in alphas for alpha in row]
    if len(set(flat)) != len(flat):
        raise ProtocolError("verify.alpha-twice", what=what)


def v07_tokens(contest: Contest) -> str | None:
    """A token of every issuer, for this φ and the ballot's own credential."""
    for number, entry in enumerate(contest.entries, 1):
        what = f"{contest.name('entries.jsonl')}, line {number}"
        credential = credential_of(entry.ballot, what)
        check_tokens(contest.setup.issuers, contest.election.fingerprint, credential, entry.tokens, what)
    return None


def credential_of(ballot: bytes, what: str) -> str:
    """The credential as the ballot writes it; V05 judges whether it is one."""
    value = parse(ballot, what)
    if not isinstance(value, dict):
        raise ProtocolError("json.type", what=what, expected="an object")
    return string(value.get("credential"), f"{what}, credential")


def v08_log(contest: Contest) -> str | None:
    """The checkpoints from the sealed one to the last, batch by batch; entries and ballots one to one."""
    setup, checkpoints = contest.setup, contest.checkpoints
    what = contest.name("checkpoints.jsonl")
    if (checkpoints[0].size, checkpoints[0].root) != (0, root([])):
        raise ProtocolError("verify.first-checkpoint", what=what)
    if any(checkpoint.origin != setup.origin for checkpoint in checkpoints):
        raise ProtocolError("verify.origin", what=what)
    sizes = [checkpoint.size for checkpoint in checkpoints]
    if contest.stopped:
        return _stopped_log(contest, sizes)
    hashes = [leaf_hash(line) for line in contest.raw("entries.jsonl").split(b"\n")[:-1]]
    if sizes[-1] != len(hashes):
        raise ProtocolError("verify.log-end", size=sizes[-1], entries=len(contest.entries))
    _check_sizes(contest, sizes, most=1, least=min(setup.batches.keep_back, len(hashes)))
    _check_leaves(contest, hashes)
    ballots = sorted(sha256_hex(entry.ballot) for entry in contest.entries)
    if ballots != sorted(map(sha256_hex, contest.archive.ballots)):
        raise ProtocolError("verify.entries")
    return f"{len(hashes)} entries in {len(sizes) - 1} batches"


def _stopped_log(contest: Contest, sizes: list[int]) -> str:
    """A stopped contest never published its last batch; what waited then is in the register's count only."""
    _check_sizes(contest, sizes, most=0, least=contest.setup.batches.keep_back)
    ballots = contest.register.ballots
    _check_register(contest, ballots)
    if sizes[-1] > ballots:
        raise ProtocolError("verify.log-end", size=sizes[-1], entries=ballots)
    return f"stopped contest: {sizes[-1]} of {ballots} ballots were in the log, which is not published"


def _check_sizes(contest: Contest, sizes: list[int], *, most: int, least: int) -> None:
    """Refuse batches of fewer than `least`, and more than `most` of them where the roll is too small for several."""
    what, setup = contest.name("checkpoints.jsonl"), contest.setup
    batches = [after - before for before, after in pairwise(sizes)]
    if setup.roll_size < setup.batches.single_below and len(batches) > most:
        raise ProtocolError("verify.batch", what=what, size=batches[0])
    for size in batches:
        if size < max(1, least):
            raise ProtocolError("verify.batch", what=what, size=size)


def _check_leaves(contest: Contest, hashes: list[bytes]) -> None:
    """Each batch in order of its hashes, and under each checkpoint the root of all leaves up to it."""
    what = contest.name("checkpoints.jsonl")
    for before, after in pairwise(contest.checkpoints):
        batch = hashes[before.size : after.size]
        if batch != sorted(batch):
            raise ProtocolError("verify.leaf-order", what=contest.name("entries.jsonl"))
        if root(hashes[: after.size]) != after.root:
            raise ProtocolError("verify.root", what=f"{what}, size {after.size}")


def v09_tally(contest: Contest) -> str | None:
    """The encrypted tally over the entries."""
    ballots, recomputed = len(contest.entries), contest.judged.tally
    check_tally(contest.archive, contest.tally, recomputed, ballots, ballots)
    if contest.tally.raw != recomputed.raw:
        raise ProtocolError("json.canonical", what=contest.name("archive.bel, encrypted tally"))
    return None


def v10_decryptions(contest: Contest) -> str | None:
    """Both proofs of every factor; the policy satisfied."""
    what = contest.name("decryptions.jsonl")
    strong = strong_lines(contest.raw("decryptions.jsonl"), what)
    factors = check_decryptions(contest.election, contest.trustees, contest.archive.decryptions, contest.tally, strong)
    holders = dict(enumerate(contest.setup.holders, 1))
    return "by " + ", ".join(holders.get(owner, f"owner {owner}") for owner in sorted(factors))


def v11_result(contest: Contest) -> str | None:
    """The Belenios result, number by number."""
    return f"{contest.totals}"


def v12_register(contest: Contest) -> str | None:
    """Ballots = signatures ≤ tokens ≤ roll + re-issues; signatures ≤ roll."""
    _check_register(contest, len(contest.entries))
    return f"{contest.register.signatures} signatures of {contest.register.roll} electors"


def _check_register(contest: Contest, ballots: int) -> None:
    register, what = contest.register, contest.name("register.json")
    if register.contest != contest.uuid:
        raise ProtocolError("register.contest", what=what)
    issuers = [issuer.id for issuer in contest.setup.issuers]
    register.check(issuers, contest.setup.roll_size, ballots, what)


def v13_seats(contest: Contest) -> str | None:
    """result.json written again from the proved totals by the sealed rule, its lot replayed."""
    drawn = replay(contest, lambda: slips(contest))
    if contest.raw("result.json") != write_result(contest.setup, contest.totals, len(contest.entries), drawn):
        raise ProtocolError("verify.result", what=contest.name("result.json"))
    if drawn is None:
        return None
    return PAPER_REMARK if on_paper(contest) else "a lot was drawn from the sealed slips, and drawn again here"
