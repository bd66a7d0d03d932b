/** One elector's device: several code parts, and what a vote is. */
import assert from "node:assert/strict";
import test from "node:test";
import { checkSymbol } from "../src/code.js";
import { Elector, readCodes, voteOf } from "../src/elector.js";
import { hexDecode } from "../src/bytes.js";
import { known, refused } from "./shared.js";
import { FakeServer, NUMBER } from "./stage.js";

const CODES = known.parts.map((/** @type {string} */ part) => part + checkSymbol(part));

test("one code, or one of each issuer, is read out of one field", () => {
  assert.deepEqual(readCodes(CODES[0], 1), [known.parts[0]]);
  assert.deepEqual(readCodes(CODES[0], 2), [known.parts[0]]);
  assert.deepEqual(readCodes(CODES.join(" "), 2), known.parts);
  assert.deepEqual(readCodes(CODES.join("\n").replace(/.{5}/g, "$&‑").toLowerCase(), 2), known.parts);
  refused("code.length", () => readCodes(CODES.join(" "), 1));
  refused("code.length", () => readCodes(`${CODES.join("")}0`, 2));
  refused("code.check", () => readCodes(`${CODES[0]} ${CODES[1].replace("Z", "0")}`, 2));
});

test("a vote has one place for each choice, blank first where it is allowed", () => {
  const question = { answers: ["a", "b", "c"], blank: true, min: 1, max: 2, question: "?" };
  assert.deepEqual(voteOf(question, [0]), [1, 0, 0, 0]);
  assert.deepEqual(voteOf(question, [1, 3]), [0, 1, 0, 1]);
  assert.deepEqual(voteOf({ ...question, blank: false }, [2]), [0, 1, 0]);
});

test("a request is the Python side's, and nothing is cast without its tokens", () => {
  const { contest } = new FakeServer();
  const elector = new Elector(contest, [known.parts[0]], NUMBER, hexDecode(known.elector_salt, "salt"));
  const [issuer] = elector.missing;
  assert.ok(issuer);
  assert.equal(issuer.id, "etat");
  assert.deepEqual(elector.request(issuer), elector.request(issuer));
  refused("token.answer", () => elector.prepare(elector.ballot([0, 1, 0])));
  refused("text.base64", () => elector.accept("etat", "AAAA"));
  refused("token.answer", () => elector.accept("other", known.token.answer));
});
