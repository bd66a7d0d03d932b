/** The booth's controller, against a server in memory: the way of a vote. */
import assert from "node:assert/strict";
import test from "node:test";
import { hex, utf8 } from "../src/bytes.js";
import { leafHash } from "../src/log.js";
import { readChallenge } from "../src/challenge.js";
import { castLength } from "../src/request.js";
import { readFragment, urnNote } from "../src/pages/receipts.js";
import { CODE, FOREIGN, ballotOf, begin, beginReviewed } from "./stage.js";
import { known } from "./shared.js";
import { verifyBallot } from "./verify.js";

const [LISTS, TICKETS, BLOCK, MODULAR] = known.contests;

for (const [name, files] of Object.entries({ Ed25519: LISTS, "BELENIOS-2048": MODULAR })) {
  test(`a vote in ${name}, from the files to the receipts`, async () => {
    const { server, page } = await beginReviewed(files, "2");
    assert.deepEqual(page.offered.map(({ label }) => label), ["Liste 🗳 0", "Liste 🗳 1"]);
    assert.deepEqual(page.fills["choices"], ["Liste 🗳 1"]);
    assert.equal(page.fills["question"], "Scrutin");
    assert.deepEqual(page.stages, ["loading", "choice", "code", "working", "review"]);
    assert.equal(server.casts.length, 0);
    await page.click("cast");
    assert.equal(page.stage, "done");
    assert.deepEqual(page.heard, ["files", "key", "ballot", "token", "cast", "receipts"].map((name) => `progress.${name}`));

    assert.equal(server.casts[0]?.length, castLength(server.contest.election, server.contest.setup));
    verifyBallot(server.contest.election, utf8(ballotOf(server.casts[0])));
    assert.equal(page.fills["tracker"], server.recorded?.tracker);
    assert.equal(page.fills["hour"], server.signedAt);
    const [address, fragment] = String(page.links["check"]).split("#");
    assert.equal(address, page.facts.check);
    assert.deepEqual(readFragment(`#${fragment}`), {
      tracker: server.recorded?.tracker,
      leaf: hex(server.recorded?.leaf ?? new Uint8Array()),
    });
    assert.equal(page.codes["check"], page.links["check"]);
    page.click("save-receipts");
    assert.equal(page.saved?.name, `recepisse-${known.contest.slice(0, 8)}.txt`);
    assert.match(urnNote(page.saved?.text ?? ""), /^isoloir\.receipt\/1\n/);
    assert.match(page.saved?.text ?? "", /\n----\nisoloir\.signature\/1\n/);
  });
}

test("blank is a vote, and goes with nothing else", async () => {
  const { page } = await beginReviewed(LISTS, "0");
  assert.deepEqual(page.fills["choices"], ["blank"]);
  const block = (await begin(BLOCK)).page;
  assert.equal(block.fills["instruction"], "instruction.several");
  await block.submit("choice", ["choice", "0"], ["choice", "1"]);
  assert.deepEqual(block.wrong, ["choice choice choice.blank-and-more"]);
  await block.submit("choice", ["choice", "1"], ["choice", "2"]);
  assert.equal(block.stage, "code");
});

test("nothing chosen, or too much, is told", async () => {
  const { page } = await begin();
  await page.submit("choice");
  assert.deepEqual(page.wrong, ["choice choice choice.none"]);
  await page.submit("choice", ["choice", "1"], ["choice", "2"]);
  assert.deepEqual(page.wrong, ["choice choice choice.too-many"]);
  assert.equal(page.stage, "choice");
});

test("a ticket is named by its people", async () => {
  const { page } = await begin(TICKETS);
  assert.deepEqual(page.offered, [{ label: "ALPHA Aïcha (suppléant : BÊTA « Zoé »)", names: [] }, { label: "GAMMA", names: [] }]);
});

test("a mistyped code is told before anything is sent", async () => {
  const { server, page } = await begin();
  await page.submit("choice", ["choice", "1"]);
  const { length } = server.asked;
  for (const [typed, rule] of [
    ["", "code.length"],
    [`${CODE}0`, "code.length"],
    [CODE.replace("9", "8"), "code.check"],
    [`${CODE.slice(1)}U`, "code.symbol"],
  ]) {
    await page.submit("code", ["code", String(typed)]);
    assert.deepEqual(page.wrong, [`code code ${rule}`]);
  }
  assert.equal(server.asked.length, length);
  await page.submit("code", ["code", ` ${CODE.toLowerCase().replace(/.{5}/g, "$& – ").replaceAll("0", "o")} `]);
  assert.equal(page.stage, "review");
});

test("somebody else's code is told, and another one may be typed", async () => {
  const { server, page } = await begin();
  await page.submit("choice", ["choice", "1"]);
  await page.submit("code", ["code", FOREIGN]);
  assert.equal(page.stage, "code");
  assert.deepEqual(page.wrong, ["code code code.foreign"]);
  await page.submit("code", ["code", CODE]);
  await page.click("cast");
  assert.equal(page.stage, "done");
  assert.equal(server.blinded.size, 1);
});

test("another choice makes another ballot, without code or token again", async () => {
  const { server, page } = await beginReviewed();
  const { tracker } = page.fills;
  const before = server.asked.length;
  await page.click("change");
  assert.equal(page.stage, "choice");
  await page.submit("choice", ["choice", "2"]);
  assert.equal(page.stage, "review");
  assert.notEqual(page.fills["tracker"], tracker);
  assert.deepEqual(page.fills["choices"], ["Liste 🗳 1"]);
  assert.equal(server.asked.length, before);
  await page.click("cast");
  assert.equal(page.stage, "done");
});

for (const [name, files] of Object.entries({ Ed25519: LISTS, "BELENIOS-2048": MODULAR })) {
  test(`a ballot in ${name} is opened, thrown away, and another one is cast`, async () => {
    const { server, page } = await beginReviewed(files, "2");
    const { tracker: shown } = page.fills;
    const before = server.asked.length;
    await page.click("challenge");
    assert.equal(page.stage, "challenge");
    page.click("save-challenge");
    assert.equal(page.saved?.name, `controle-${known.contest.slice(0, 8)}.json`);
    assert.equal(page.saved?.text, page.fills["challenge"]);
    const challenge = readChallenge(page.saved?.text ?? "");
    assert.deepEqual([challenge.tracker, challenge.answers], [shown, [["Liste 🗳 1"]]]);
    assert.equal(challenge.election.fingerprint, server.contest.election.fingerprint);

    await page.click("renew");
    assert.equal(page.stage, "review");
    assert.notEqual(page.fills["tracker"], shown);
    assert.deepEqual([page.fills["choices"], page.fills["challenge"]], [["Liste 🗳 1"], ""]);
    assert.equal(server.asked.length, before, "the server did not hear of it");
    await page.click("cast");
    assert.equal(page.stage, "done");
    const [opened, cast] = [JSON.parse(page.saved?.text ?? "").opened.ballot, ballotOf(server.casts[0])].map((text) =>
      JSON.parse(text),
    );
    const alphas = [opened, cast].flatMap(({ answers }) => answers[0].choices.map((/** @type {any} */ { alpha }) => alpha));
    assert.equal(new Set(alphas).size, alphas.length, "fresh randomness");
    assert.equal(cast.credential, opened.credential);
    assert.equal(server.blinded.size, 1, "the same token");
  });
}

test("what was opened cannot be cast, and what was sent cannot be opened", async () => {
  const { server, page } = await beginReviewed();
  await page.click("challenge");
  await page.click("cast");
  assert.deepEqual([page.stage, server.casts.length], ["alarm", 0]);
  const second = await beginReviewed();
  second.server.cut = { bulletin: "before" };
  await second.page.click("cast");
  assert.equal(second.page.stage, "interrupted");
  await second.page.click("challenge");
  assert.equal(second.page.stage, "alarm");
  assert.equal(second.page.fills["challenge"], "");
});

test("a double click casts once", async () => {
  const { server, page } = await beginReviewed();
  await Promise.all([page.click("cast"), page.click("cast"), page.click("change")]);
  assert.equal(page.stage, "done");
  assert.equal(server.casts.length, 1);
});

test("the leaf hash that the page names is that of the urn's leaf", async () => {
  const { server, page } = await beginReviewed();
  await page.click("cast");
  const { ballot, tokens } = JSON.parse(Buffer.from(server.casts[0] ?? []).toString());
  const leaf = JSON.stringify({ ballot, tokens });
  assert.ok(page.links["check"]?.endsWith(hex(leafHash(utf8(leaf)))));
});
