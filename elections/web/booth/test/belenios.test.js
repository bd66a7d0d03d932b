/** Known answers: elections made by belenios-tool 2.0 and 3.3.0, in both groups. */
import assert from "node:assert/strict";
import { createHash, pbkdf2Sync } from "node:crypto";
import test from "node:test";
import { parseElection, tracker } from "../src/ballot.js";
import { hashToScalar } from "../src/elgamal.js";
import { records, skip, vectorBytes, vectorJson } from "./shared.js";
import { verifyBallot } from "./verify.js";

const FOLDERS = [
  "belenios/A-single-belenios2048-3answers-blank/3Y157V2zVchJbv.bel",
  "belenios/C-pedersen2of3-belenios2048-3answers-blank-made-by-3.3.0/Wo81kRFARmuLqc.bel",
  "belenios/D-single-ed25519-10answers-max6-made-by-3.3.0/2G2u358aXftCBx.bel",
];

/** @param {{ private: string, uuid: string, derivation: string }} credential */
function exponent({ private: code, uuid, derivation }) {
  if (derivation.startsWith("2.0")) {
    return BigInt(`0x${pbkdf2Sync(code, uuid, 1000, 32, "sha256").toString("hex")}`);
  }
  const half = (/** @type {number} */ part) =>
    createHash("sha256").update(`derive_credential|${uuid}|${part}|${code}`).digest("hex");
  return BigInt(`0x${half(0)}${half(1)}`);
}

for (const path of FOLDERS) {
  test(`${path.slice(9, 10)}: fingerprint, credential, hashed strings and every ballot`, { skip }, () => {
    const bodies = records(vectorBytes(path));
    const vectors = vectorJson(path.replace(/[^/]+$/, "vectors.json"));
    const raw = bodies.find((body) => Buffer.from(body).toString().startsWith('{"version":1,"description"'));
    assert.ok(raw);
    const election = parseElection(raw);
    assert.equal(election.fingerprint, vectors.election_fingerprint_base64);

    const { q } = election.group;
    const secret = exponent(vectors.credential) % q;
    assert.equal(String(secret), vectors.credential.exponent);
    assert.equal(election.group.powerG(secret).text, vectors.credential.public);

    const ballots = bodies.filter((body) => Buffer.from(body).toString().startsWith('{"election_uuid"'));
    assert.equal(ballots.length, 5);
    const [first] = ballots.map((ballot) => ({ ballot, ...verifyBallot(election, ballot) }));
    assert.ok(first);
    assert.equal(tracker(first.ballot), vectors.first_ballot_tracker_base64);

    let compared = 0;
    for (const { label, preimage, challenge_mod_q } of vectors.hash_preimages_first_ballot_and_trustees) {
      assert.equal(String(hashToScalar(election.group, preimage)), challenge_mod_q, label);
      if (first.preimages.has(label)) {
        assert.equal(first.preimages.get(label), preimage, label);
        compared += 1;
      }
    }
    assert.equal(compared, first.preimages.size);
  });
}
