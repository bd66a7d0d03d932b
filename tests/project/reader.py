"""A second reader of records, written from docs/protocol.md and docs/belenios-format.md and nothing else.

It imports nothing of `elections`: whatever it needs and the pages do not tell would be missing here. It reads
full records in Ed25519, in plain integers, and raises AssertionError at the first thing that is not as the
pages say. Grammar of events, rules of counting and the journal's acts are left to the program's own tests.
"""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

E = 65537
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """The sum of two points in extended coordinates (RFC 8032 §5.1.4)."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    u, v = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def power(point, exponent):
    result = NEUTRAL
    for bit in f"{exponent % Q:b}":
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def divide(a, b):
    return add(a, (-b[0] % P, b[1], b[2], -b[3] % P))


def product(points):
    result = NEUTRAL
    for point in points:
        result = add(result, point)
    return result


def text(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return f"{y + ((x & 1) << 255):064x}"


def element(written):
    """The member of the group written so (belenios-format.md §1.3)."""
    odd, y = divmod(int(written, 16), 2**255)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = pow(u * pow(v, -1, P) % P, (P + 3) // 8, P)
    x = x if (x * x * v - u) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    x = x if x & 1 == odd else -x % P
    point = (x, y, 1, x * y % P)
    assert text(point) == written
    assert (x * x * v - u) % P == 0
    assert text(add(power(point, Q - 1), point)) == text(NEUTRAL)
    return point


G = element("6666666666666666666666666666666666666666666666666666666666666658")


def scalar(hashed):
    return int(hashlib.sha256(hashed.encode()).hexdigest(), 16) % Q


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def base64compact(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def ours(raw):
    """A value of our JSON, canonical."""
    value = json.loads(raw)
    assert json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == raw
    return value


def lines(raw):
    assert raw == b"" or raw.endswith(b"\n")
    return raw.split(b"\n")[:-1]


def note(key, signed):
    """The text of a note that this key has signed (protocol.md §2)."""
    name, key_id, public = key.split("+", 2)
    public = base64.b64decode(public)
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_id
    body, _, signatures = signed.rpartition("\n\n")
    mine = [line.split(" ") for line in signatures.splitlines() if line.startswith(f"— {name} ")]
    [data] = [base64.b64decode(line[2]) for line in mine]
    assert data[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[4:], f"{body}\n".encode())
    return f"{body}\n"


def check_exponent(prefix, key, proof):
    c, r = int(proof["challenge"]), int(proof["response"])
    assert max(c, r) < Q
    assert scalar(prefix + text(add(power(G, r), power(key, c)))) == c


def check_disjunction(y, branches, proofs, prefix):
    commitments, total = [], 0
    for ((alpha, beta), value), proof in zip(branches, proofs, strict=True):
        c, r = int(proof["challenge"]), int(proof["response"])
        commitments.append(text(add(power(G, r), power(alpha, c))))
        commitments.append(text(add(power(y, r), power(divide(beta, power(G, value)), c))))
        total += c
    assert total % Q == scalar(prefix + ",".join(commitments))


def root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    left = 2 ** ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + root(hashes[:left]) + root(hashes[left:])).digest()


def read_archive(data):
    """The events of an archive, each with its data records (belenios-format.md §1.2)."""
    records, start = [], 0
    while start < len(data):
        header = data[start : start + 512]
        size = int(header[124:135], 8)
        assert sum(header) - sum(header[148:156]) + 8 * 32 == int(header[148:154], 8)
        records.append((header[:100].rstrip(b"\0").decode(), data[start + 512 : start + 512 + size]))
        start += 512 + size + -size % 512
    assert records[0][0] == "BELENIOS"
    events: list[tuple[str, list[bytes]]] = []
    waiting, parent = [], None
    for name, body in records[1:]:
        assert name.partition(".")[0] == sha256(body)
        if name.endswith(".data.json"):
            waiting.append(body)
            continue
        event = json.loads(body)
        assert (event.get("parent"), event["height"]) == (parent, len(events))
        assert event.get("payload") == (sha256(waiting[-1]) if waiting else None)
        events.append((event["type"], waiting))
        waiting, parent = [], sha256(body)
    return events


def check_trustees(groups):
    """(y, verification keys, certificates' keys, (size, threshold) of each group) (belenios-format.md §1.7)."""
    first, keys, signers, policy = [], [], [], []
    for kind, group in groups:
        assert kind == "Pedersen"
        size, threshold = len(group["certs"]), group["threshold"]
        powers = [json.loads(item["message"])["coefexps"] for item in group["coefexps"]]
        points = [[element(power_) for power_ in row] for row in powers]
        for index in range(1, size + 1):
            cert, coefexps, key = (group[name][index - 1] for name in ("certs", "coefexps", "verification_keys"))
            said = json.loads(cert["message"])
            assert said["context"] == {"group": "Ed25519", "size": size, "threshold": threshold, "index": index}
            assert len(powers[index - 1]) == threshold
            signer, mine = element(said["verification"]), element(key["public_key"])
            joint = compact({"certs": group["certs"], "coefexps": powers[index - 1]}).decode()
            check_exponent(f"sigmsg|{cert['message']}|", signer, cert["signature"])
            check_exponent(f"sigmsg|{coefexps['message']}|", signer, coefexps["signature"])
            check_exponent(f"sigmsg|certs_sig|{joint}|", signer, group["signatures"][index - 1])
            check_exponent(f"pok|Ed25519|{key['public_key']}|", mine, key["pok"])
            check_exponent(f"sigmsg|{key['public_key']}|", signer, key["signature"])
            expected = product(power(point, index**k) for row in points for k, point in enumerate(row))
            assert text(expected) == key["public_key"]
            keys.append(mine)
            signers.append(signer)
        first += [row[0] for row in points]
        policy.append((size, threshold))
    return product(first), keys, signers, policy


def check_ballot(ballot, y, fingerprint, uuid):
    """The ciphertexts of a ballot of one question with blank, one answer at most (belenios-format.md §1.6)."""
    assert (ballot["election_uuid"], ballot["election_hash"]) == (uuid, fingerprint)
    [answer] = ballot["answers"]
    choices = [(element(item["alpha"]), element(item["beta"])) for item in answer["choices"]]
    texts = [f"{item['alpha']},{item['beta']}" for item in answer["choices"]]
    short = f"{fingerprint}|{ballot['credential']}"
    whole = f"{short}|{','.join(texts)}"
    for choice, written, proofs in zip(choices, texts, answer["individual_proofs"], strict=True):
        check_disjunction(y, [(choice, 0), (choice, 1)], proofs, f"prove|{short}|{written}|")
    rest = product(alpha for alpha, _ in choices[1:]), product(beta for _, beta in choices[1:])
    check_disjunction(y, [(choices[0], 1), (rest, 1)], answer["overall_proof"], f"bproof1|{whole}|")
    check_disjunction(y, [(choices[0], 0), (rest, 0)], answer["blank_proof"], f"bproof0|{whole}|")
    digest = base64compact(compact({key: value for key, value in ballot.items() if key != "signature"}))
    assert ballot["signature"]["hash"] == digest
    check_exponent(f"sig|{digest}|", element(ballot["credential"]), ballot["signature"]["proof"])
    return choices


def check_issuer(issuer):
    """An issuer's key (protocol.md §5)."""
    raw = base64.b64decode(issuer["n"])
    n = int.from_bytes(raw, "big")
    for k, sigma in enumerate(issuer["roots"], 1):
        wanted = HKDF(SHA256(), 400, b"", f"isoloir|rsa|{k}".encode()).derive(hashlib.sha256(raw).digest())
        assert pow(int.from_bytes(base64.b64decode(sigma), "big"), E, n) == int.from_bytes(wanted, "big") % n
    assert (n.bit_length(), issuer["e"], len(issuer["roots"])) == (3072, E, 8)
    return rsa.RSAPublicNumbers(E, n).public_key()


def check_factors(events, strong, tally, keys, fingerprint):
    """Each owner's factors, proved twice (belenios-format.md §1.6, protocol.md §10)."""
    [[raw_tally, _]] = [bodies for event, bodies in events if event == "EncryptedTally"]
    found = {}
    partials = [bodies for event, bodies in events if event == "PartialDecryption"]
    for (partial, owned), line in zip(partials, strong, strict=True):
        owner = json.loads(owned)["owner"]
        assert (line["owner"], line["payload"]) == (owner, sha256(partial))
        value, key = json.loads(partial), keys[owner - 1]
        [factors], [weak], [proofs] = value["decryption_factors"], value["decryption_proofs"], line["proofs"]
        for choice, (alpha, _) in enumerate(tally):
            factor = element(factors[choice])
            first, second = (
                [
                    text(add(power(base, int(proof["response"])), power(raised, int(proof["challenge"]))))
                    for base, raised in ((G, key), (alpha, factor))
                ]
                for proof in (weak[choice], proofs[choice])
            )
            hashed = f"decrypt|{fingerprint}|{text(key)}|{first[0]},{first[1]}"
            assert scalar(hashed) == int(weak[choice]["challenge"])
            parts = ("isoloir", "decrypt", fingerprint, sha256(raw_tally), owner, text(key), 0, choice)
            parts = (*parts, text(alpha), factors[choice], *second)
            digest = hashlib.sha512("|".join(map(str, parts)).encode()).digest()
            assert int.from_bytes(digest, "big") % Q == int(proofs[choice]["challenge"])
        found[owner] = [element(factor) for factor in factors]
    return found


def combine(found, policy, choice):
    factors, before = [], 0
    for size, threshold in policy:
        present = [index for index in range(1, size + 1) if before + index in found][:threshold]
        assert len(present) == threshold
        for index in present:
            weight = 1
            for other in present:
                weight = weight * other * pow(other - index, -1, Q) % Q if other != index else weight
            factors.append(power(found[before + index][choice], weight))
        before += size
    return product(factors)


def check_contest(folder, uuid):
    """The totals of one contest, blank first, and whatever leads to them."""
    raw = (folder / "setup.json").read_bytes()
    setup, events = ours(raw), read_archive((folder / "archive.bel").read_bytes())
    [[record, raw_trustees, _, _]] = [bodies for event, bodies in events if event == "Setup"]
    fingerprint = base64compact(record)
    y, keys, signers, policy = check_trustees(json.loads(raw_trustees))
    assert sha256(raw_trustees) == setup["trustees"]
    assert policy == [(len(group["holders"]), group["threshold"]) for group in setup["policy"]]
    assert compact(_election(setup, raw, y)) == record
    checkpoints = [note(setup["urn"]["key"], ours(line)["note"]) for line in lines(_read(folder, "checkpoints.jsonl"))]
    seal = f"isoloir|seal|{fingerprint}|{sha256(raw)}|{sha256(checkpoints[0].encode())}"
    for row in ours((folder / "seal.json").read_bytes()):
        check_exponent(f"sigmsg|{seal}|", signers[row["owner"] - 1], row)
    leaves = lines(_read(folder, "entries.jsonl"))
    hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    for checkpoint in checkpoints:
        origin, size, top = checkpoint.splitlines()
        assert origin == f"{setup['urn']['name']}/{uuid}"
        assert root(hashes[: int(size)]) == base64.b64decode(top)
    issuers = [(issuer["id"], check_issuer(issuer)) for issuer in setup["issuers"]]
    ballots = []
    for leaf in leaves:
        entry = ours(leaf)
        ballot = json.loads(entry["ballot"])
        assert compact(ballot).decode() == entry["ballot"]
        for token, (issuer, key) in zip(entry["tokens"], issuers, strict=True):
            message = f"isoloir|token|{issuer}|{fingerprint}|{ballot['credential']}".encode()
            key.verify(base64.b64decode(token["signature"]), message, padding.PSS(padding.MGF1(SHA384()), 48), SHA384())
        ballots.append(check_ballot(ballot, y, fingerprint, uuid))
    choices = range(len(setup["candidacies"]) + 1)
    tally = [tuple(product(ballot[choice][half] for ballot in ballots) for half in (0, 1)) for choice in choices]
    [[raw_tally, _]] = [bodies for event, bodies in events if event == "EncryptedTally"]
    assert json.loads(raw_tally) == [[{"alpha": text(alpha), "beta": text(beta)} for alpha, beta in tally]]
    strong = [ours(line) for line in lines(_read(folder, "decryptions.jsonl"))]
    found = check_factors(events, strong, tally, keys, fingerprint)
    [[result]] = [bodies for event, bodies in events if event == "Result"]
    [totals] = json.loads(result)["result"]
    for choice, total in enumerate(totals):
        assert text(tally[choice][1]) == text(add(combine(found, policy, choice), power(G, total)))
    assert sum(totals) == len(ballots)
    said = ours((folder / "result.json").read_bytes())
    assert [said["blank"], *said["votes"]] == totals
    return totals


def _read(folder, name):
    return (folder / name).read_bytes()


def _election(setup, raw, y):
    """The election record, computed from setup.json (protocol.md §3)."""
    lists = setup["rule"]["method"] in ("largest_remainder", "highest_average")
    names = [item["names"][0] for item in setup["candidacies"]]
    tickets = [
        f"{name['titular']} (suppléant : {name['substitute']})" if name["substitute"] else name["titular"]
        for name in names
    ]
    answers = [item["title"] for item in setup["candidacies"]] if lists else tickets
    return {
        "version": 1,
        "description": f"{setup['contest']['college']}\nsetup sha256:{sha256(raw)}",
        "name": setup["election"]["title"],
        "group": "Ed25519",
        "public_key": text(y),
        "questions": [{"answers": answers, "blank": True, "min": 1, "max": 1, "question": setup["contest"]["title"]}],
        "uuid": setup["contest"]["uuid"],
    }


def check_record(folder):
    """The totals of every contest of the record in a folder."""
    raw = (folder / "manifest.json").read_bytes()
    manifest = ours(raw)
    for path, listed in manifest["files"].items():
        data = (folder / path).read_bytes()
        assert listed == {"sha256": sha256(data), "size": len(data)}
    election, previous = manifest["election"]["uuid"], "0" * 64
    for sequence, line in enumerate(lines((folder / "journal.jsonl").read_bytes())):
        entry = ours(line)
        assert (entry["previous"], entry["sequence"]) == (previous, sequence)
        previous = sha256(line)
    totals = {}
    for uuid in manifest["contests"]:
        setup = ours((folder / uuid / "setup.json").read_bytes())
        signed = note(setup["record_key"], (folder / "manifest.note").read_text())
        assert signed == f"isoloir.record/1\n{election}\n{sha256(raw)}\n"
        totals[uuid] = check_contest(folder / uuid, uuid)
    return totals
