/** Challenges: the Python side's vectors, and files written here. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { makeBallot, parseElection, tracker } from "../src/ballot.js";
import { readChallenge, writeChallenge } from "../src/challenge.js";
import { GROUPS, electionBytes, refused } from "./shared.js";

/** @type {any[]} */
const VECTORS = JSON.parse(readFileSync(new URL("challenges.json", import.meta.url), "utf-8"));
const LISTS = { answers: ["A", "B", "C"], blank: true, min: 1, max: 1, question: "Liste ?" };
const NAMES = { answers: ["a", "b"], min: 0, max: 2, question: "Noms ?" };

for (const vector of VECTORS) {
  test(`${vector.name}: judged as the Python side judges`, () => {
    const { file } = vector;
    if (vector.rule !== undefined) {
      refused(vector.rule, () => readChallenge(file));
      return;
    }
    const read = readChallenge(file);
    assert.deepEqual([read.tracker, read.answers], [vector.tracker, vector.answers]);
    for (const [, at, cut, put, rule] of vector.changes) {
      refused(rule, () => readChallenge(file.slice(0, at) + put + file.slice(at + cut)));
    }
  });
}

for (const name of GROUPS) {
  test(`${name}: a file written here says what was encrypted here`, () => {
    const election = parseElection(electionBytes(name, [LISTS, NAMES]));
    for (const [votes, answers] of /** @type {[number[][], (string | null)[][]][]} */ ([
      [[[0, 0, 1, 0], [1, 1]], [["B"], ["a", "b"]]],
      [[[1, 0, 0, 0], [0, 0]], [[null], []]],
    ])) {
      const made = makeBallot(election, 77n, votes);
      const read = readChallenge(writeChallenge(election, made, votes));
      assert.deepEqual(read.answers, answers);
      assert.equal(read.tracker, tracker(made.raw));
      assert.equal(read.election.fingerprint, election.fingerprint);
    }
  });
}

test("a device that encrypted something else cannot write a file that says otherwise", () => {
  const election = parseElection(electionBytes("Ed25519", [LISTS]));
  const made = makeBallot(election, 77n, [[0, 0, 1, 0]]);
  refused("ballot.opening", () => readChallenge(writeChallenge(election, made, [[0, 1, 0, 0]])));
});

test("what is no challenge is refused", () => {
  refused("json.syntax", () => readChallenge("isoloir.receipt/1\n"));
  refused("json.missing", () => readChallenge("{}"));
  refused("json.type", () => readChallenge("[]"));
});
