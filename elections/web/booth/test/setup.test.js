/** The chain from φ to setup.json, trustees.json and the public key, on files made by the Python side. */
import assert from "node:assert/strict";
import test from "node:test";
import { makeBallot } from "../src/ballot.js";
import { sha256Hex, utf8 } from "../src/bytes.js";
import { compact, encode } from "../src/canonical.js";
import { castLength } from "../src/request.js";
import { openContest, questionOf } from "../src/setup.js";
import { known, refused } from "./shared.js";
import { verifyBallot } from "./verify.js";

/** @param {{ election: string, setup: string, trustees: string }} files */
const open = ({ election, setup, trustees }) =>
  openContest({ election: utf8(election), setup: utf8(setup), trustees: utf8(trustees) });

const [LISTS, TICKETS, BLOCK] = known.contests;

/**
 * The files with setup.json and trustees.json edited and every digest mended after it.
 * @param {(setup: any, trustees: any, election: any) => void} edit
 */
function mended(edit, files = LISTS) {
  const [setup, trustees, election] = [files.setup, files.trustees, files.election].map((text) => JSON.parse(text));
  setup.trustees = undefined;
  edit(setup, trustees, election);
  const people = compact(trustees);
  setup.trustees ??= sha256Hex(utf8(people));
  election.description = `${setup.contest.college}\nsetup sha256:${sha256Hex(utf8(encode(setup)))}`;
  return { election: compact(election), setup: encode(setup), trustees: people };
}

test("contests of every method and group are opened, and voted in", () => {
  for (const files of known.contests) {
    const { election, setup } = open(files);
    assert.deepEqual(election.questions, [questionOf(setup)]);
    assert.equal(setup.issuers.length, 1);
    assert.equal(castLength(election, setup), files.cast_length);
    verifyBallot(election, makeBallot(election, 5n, [[0, 0, 1]]).raw);
  }
});

test("answers are lists or tickets, and block allows as many as there are seats or candidacies", () => {
  assert.deepEqual(questionOf(open(LISTS).setup).answers, ["Liste 🗳 0", "Liste 🗳 1"]);
  const tickets = questionOf(open(TICKETS).setup);
  assert.deepEqual(tickets.answers, ["ALPHA Aïcha (suppléant : BÊTA « Zoé »)", "GAMMA"]);
  assert.equal(tickets.max, 1);
  assert.equal(questionOf(open(BLOCK).setup).max, 2);
});

test("any changed byte breaks the chain", () => {
  const edited = (/** @type {string} */ file, /** @type {string} */ from, /** @type {string} */ to) => () =>
    open({ ...LISTS, [file]: LISTS[file].replace(from, to) });
  refused("setup.digest", edited("setup", "CAV 2026", "CAV 2027"));
  refused("setup.trustees", edited("trustees", '"threshold":1', '"threshold":2'));
  refused("setup.election", edited("election", "CAV 2026", "CAV 2027"));
  refused("setup.election", edited("election", "Liste 🗳 0", "Liste 🗳 9"));
  refused("setup.election", edited("election", '"blank":true,', ""));
  refused("setup.election", edited("election", '"uuid":"3', '"uuid":"4'));
  refused("setup.election", edited("election", "{", '{"administrator":"x",'));
  refused("setup.digest", edited("election", "setup sha256", "set-up sha256"));
});

test("a chain that is whole but wrong is refused by its own rule", () => {
  open(mended(() => undefined));
  refused("json.canonical", () => {
    const { election, setup, trustees } = mended(() => undefined);
    const spaced = setup.replace(",", ", ");
    open({ setup: spaced, trustees, election: election.replace(/sha256:\w+/, `sha256:${sha256Hex(utf8(spaced))}`) });
  });
  const wrong = (/** @type {string} */ rule, /** @type {Parameters<typeof mended>[0]} */ edit, files = LISTS) =>
    refused(rule, () => open(mended(edit, files)));
  wrong("setup.key", (_, trustees) => trustees.pop());
  wrong("setup.key", (_, trustees) => trustees.push(trustees[0]));
  wrong("setup.trustees", (setup) => (setup.trustees = "00"));
  wrong("setup.issuers", (setup) => (setup.issuers = []));
  wrong("setup.issuers", (setup) => setup.issuers.push(setup.issuers[0]));
  wrong("setup.issuers", (setup) => setup.issuers.push({ ...setup.issuers[0], id: "other" }));
  wrong("token.key_root", (setup) => setup.issuers[0].roots.reverse());
  wrong("text.pattern", (setup) => (setup.format = "isoloir-setup-2"));
  wrong("json.type", (setup) => (setup.rule.method = null));
  wrong("json.type", (_, trustees) => (trustees[0][0] = "Other"));
  wrong("json.type", (_, trustees) => trustees.push(null));
  wrong("json.type", (_, trustees) => trustees[1][1].coefexps.push(null));
  wrong("json.syntax", (_, trustees) => (trustees[1][1].coefexps[0].message = "{"));
  wrong("text.hex", (_, trustees) => (trustees[1][1].coefexps[0].message = '{"coefexps":[]}'));
  wrong("group.member", (_, trustees) => (trustees[0][1].public_key = "0".repeat(64)));
  wrong("setup.candidacies", (setup) => (setup.candidacies[0].names = []), TICKETS);
  wrong("setup.election", (setup) => setup.candidacies.reverse());
  wrong("setup.election", (setup) => (setup.rule.seats = 1), BLOCK);
});
