/** The casting request's fixed length, and the leaf. */
import assert from "node:assert/strict";
import test from "node:test";
import { makeBallot, parseElection } from "../src/ballot.js";
import { base64, hex, sha256Hex, utf8 } from "../src/bytes.js";
import { compact, encode } from "../src/canonical.js";
import { leafHash } from "../src/log.js";
import { castBody, castLength, entry } from "../src/request.js";
import { GROUPS, electionBytes, known, refused } from "./shared.js";

const QUESTIONS = [
  { answers: ["0", "1", "2", "3"], blank: true, min: 1, max: 1, question: "?" },
  { answers: ["0", "1", "2"], blank: true, min: 1, max: 3, question: "?" },
  { answers: [..."0123456789"], min: 0, max: 6, question: "?" },
];
const issuers = known.issuers.map((/** @type {string} */ id) => ({ id, n: 1n }));
const tokens = known.issuers.map((/** @type {string} */ issuer) => ({ issuer, signature: new Uint8Array(384).fill(7) }));
const signature = base64(new Uint8Array(64));

for (const name of GROUPS) {
  test(`${name}: the length is the formula's, and every request has it`, () => {
    QUESTIONS.forEach((question, index) => {
      const election = parseElection(electionBytes(name, [question]));
      const length = castLength(election, { issuers });
      assert.equal(length, known.cast_lengths[name][index]);
      const vote = [0, 1, ...question.answers.slice(question.blank ? 1 : 2).map(() => 0)];
      const { raw } = makeBallot(election, 3n, [vote]);
      const body = castBody({ ballot: raw, signature, tokens }, length);
      assert.equal(body.length, length);
      const text = Buffer.from(body).toString().trimEnd();
      assert.ok(length - text.length < 200, "the bound is near");
      const value = JSON.parse(text);
      assert.equal(encode(value), text);
      assert.equal(value.ballot, Buffer.from(raw).toString());
    });
  });

  test(`${name}: the widest ballot there can be just fits`, () => {
    const [question] = QUESTIONS;
    const election = parseElection(electionBytes(name, [/** @type {object} */ (question)]));
    const { raw } = makeBallot(election, 3n, [[1, 0, 0, 0, 0]]);
    const width = String(election.group.q).length;
    const widest = JSON.parse(Buffer.from(raw).toString(), (key, value) => {
      const number = key === "challenge" || key === "response";
      const element = key === "alpha" || key === "beta" || key === "credential";
      return number ? value.padEnd(width, "9") : element ? value.padEnd(election.group.digits, "9") : value;
    });
    const length = castLength(election, { issuers });
    const parts = { ballot: utf8(compact(widest)), signature, tokens };
    assert.equal(Buffer.from(castBody(parts, length)).toString().trimEnd().length, length);
    refused("request.length", () => castBody(parts, length - 1));
  });
}

test("the leaf is that of the Python side", () => {
  const leaf = entry(utf8(known.entry.ballot), tokens);
  assert.equal(sha256Hex(leaf), known.entry.leaf_sha256);
  assert.equal(hex(leafHash(leaf)), known.entry.leaf_hash);
});
