/** Ballots made here, judged by the tests' own verifier: what is allowed passes, any change does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBallot, parseElection } from "../src/ballot.js";
import { utf8 } from "../src/bytes.js";
import { compact, parseCompact } from "../src/canonical.js";
import { GROUPS, electionBytes, refused } from "./shared.js";
import { verifyBallot } from "./verify.js";

const LISTS = { answers: ["A", "B", "C", "D"], blank: true, min: 1, max: 1, question: "Liste ?" };
const BLOCK = { answers: ["A", "B", "C"], blank: true, min: 1, max: 3, question: "Noms ?" };
const PLAIN = { answers: ["A", "B", "C"], min: 0, max: 2, question: "Which?" };

const ALLOWED = [
  { question: LISTS, votes: [[0, 1, 0, 0, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0]] },
  { question: BLOCK, votes: [[1, 0, 0, 0], [0, 1, 1, 1], [0, 0, 1, 0]] },
  { question: PLAIN, votes: [[0, 0, 0], [1, 0, 1]] },
]; // prettier-ignore

for (const name of GROUPS) {
  for (const { question, votes } of ALLOWED) {
    test(`${name}: every allowed vote of ${question.question} verifies and opens`, () => {
      const election = parseElection(electionBytes(name, [question]));
      for (const vote of votes) {
        const { raw, randomness } = makeBallot(election, 1234567n, [vote]);
        verifyBallot(election, raw);
        const [answer] = parseCompact(raw, "ballot").answers;
        const again = vote.map((value, index) =>
          election.publicKey.encrypt(BigInt(value), randomness[0]?.[index] ?? 0n),
        );
        assert.deepEqual(
          answer.choices,
          again.map(({ alpha, beta }) => ({ alpha: alpha.text, beta: beta.text })),
        );
      }
    });
  }

  test(`${name}: several questions, and no randomness twice`, () => {
    const election = parseElection(electionBytes(name, [LISTS, PLAIN]));
    const votes = [[0, 0, 1, 0, 0], [1, 1, 0]]; // prettier-ignore
    const alphas = new Set();
    for (let round = 0; round < 2; round++) {
      const { raw } = makeBallot(election, 99n, votes);
      verifyBallot(election, raw);
      for (const { choices } of parseCompact(raw, "ballot").answers) {
        choices.forEach((/** @type {any} */ { alpha }) => alphas.add(alpha));
      }
    }
    assert.equal(alphas.size, 16);
  });

  test(`${name}: a ballot with any leaf changed is refused`, () => {
    const election = parseElection(electionBytes(name, [LISTS]));
    const value = parseCompact(makeBallot(election, 31n, [[0, 0, 1, 0, 0]]).raw, "ballot");
    const elsewhere = election.group.powerG(55n).text;
    for (const { place, holder, key } of leaves(value)) {
      const kept = holder[key];
      const changed = place.includes("alpha") || place.includes("beta") || key === "credential";
      holder[key] = changed ? elsewhere : kept.replace(/.$/, (/** @type {string} */ end) => (end === "1" ? "2" : "1"));
      assert.throws(() => verifyBallot(election, utf8(compact(value))), Error, place);
      holder[key] = kept;
    }
    verifyBallot(election, utf8(compact(value)));
    assert.throws(() => verifyBallot(election, utf8(JSON.stringify(value, null, 1))));
  });
}

/**
 * Every text of a JSON value, with where it stands.
 * @param {any} holder
 * @returns {{ place: string, holder: any, key: string }[]}
 */
function leaves(holder, place = "") {
  return Object.keys(holder).flatMap((key) =>
    typeof holder[key] === "string"
      ? [{ place: `${place}.${key}`, holder, key }]
      : leaves(holder[key], `${place}.${key}`),
  );
}

test("a vote that the question does not allow is not made into a ballot", () => {
  const lists = parseElection(electionBytes("Ed25519", [LISTS]));
  const none = [0, 0, 0, 0, 0];
  for (const vote of [none, [1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 2, 0, 0, 0], [0, 1, 0, 0], [0, 2, -1, 0, 0]]) {
    refused("ballot.choices", () => makeBallot(lists, 1n, [vote]));
  }
  refused("ballot.choices", () => makeBallot(lists, 1n, []));
  refused("ballot.choices", () => makeBallot(lists, 1n, [none, none]));
});

test("an election record is read strictly", () => {
  const text = Buffer.from(electionBytes("Ed25519", [LISTS])).toString();
  const edited = (/** @type {string} */ from, /** @type {string} */ to) => () =>
    parseElection(utf8(text.replace(from, to)));
  refused("json.canonical", edited(",", ", "));
  refused("json.canonical", edited('"version":1', '"version":1.0'));
  refused("json.canonical", edited('"version":1', '"version":1,"version":1'));
  refused("json.range", edited('"version":1', '"version":2'));
  refused("json.syntax", edited("{", ""));
  refused("group.name", edited('"Ed25519"', '"RFC-3526-2048"'));
  refused("election.question", edited('"min":1', '"min":2'));
  refused("election.question", edited('"max":1', '"max":5'));
  refused("election.question", edited('"blank":true', '"blank":1'));
  refused("json.type", edited('"answers":["A","B","C","D"]', '"answers":"A"'));
  refused("json.utf8", () => parseElection(Uint8Array.of(0x22, 0xff, 0x22)));
});
