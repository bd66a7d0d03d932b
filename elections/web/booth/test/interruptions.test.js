/** Every way of losing the line, the session or the hour, and every lie of a server. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer, ballotOf, beginReviewed, enter, goOn, sign } from "./stage.js";
import { known } from "./shared.js";

const [LISTS, TICKETS] = known.contests;

for (const when of /** @type {const} */ (["before", "after"])) {
  test(`every request may be lost ${when} it is answered, and the vote goes on`, async () => {
    for (const name of ["dossier.json", "etat.json", "sel", "etat", "bulletin"]) {
      const server = new FakeServer();
      server.cut = { [name]: when };
      const page = await enter(server);
      for (let step = 0; page.stage !== "done"; step++) {
        assert.ok(step < 6, `${name}: stuck at ${page.stage}`);
        if (page.stage === "interrupted") {
          server.cut = {};
          await page.click("retry");
        }
        await goOn(page);
      }
      assert.ok(page.stages.includes("interrupted"), name);
      assert.equal(server.blinded.size, 1);
      assert.equal(new Set(server.casts.map(ballotOf)).size, 1, "the same ballot was sent again");
      assert.equal(page.fills["tracker"], server.recorded?.tracker);
    }
  });
}

test("a retry asks for the state first, and a cast is not repeated unseen", async () => {
  const { server, page } = await beginReviewed();
  server.cut = { bulletin: "before" };
  await page.click("cast");
  assert.equal(page.stage, "interrupted");
  assert.equal(server.asked.filter((name) => name === "bulletin").length, 1);
  server.cut = { "etat.json": "before" };
  await page.click("retry");
  assert.equal(page.stage, "interrupted");
  server.cut = {};
  await page.click("retry");
  assert.deepEqual(server.asked.slice(-2), ["etat.json", "bulletin"]);
  assert.equal(page.stage, "done");
});

test("after a reload the code gives the same credential and token, with a new ballot", async () => {
  const first = await beginReviewed();
  const { tracker } = first.page.fills;
  const page = await enter(first.server);
  await goOn(page);
  await goOn(page);
  assert.notEqual(page.fills["tracker"], tracker);
  assert.equal(first.server.blinded.size, 1);
  await page.click("cast");
  assert.equal(page.stage, "done");
  // The tab that was left open hears that another ballot was recorded.
  await first.page.click("cast");
  assert.equal(first.page.stage, "already");
  assert.equal(first.page.fills["hour"], first.server.signedAt);
});

test("who has voted hears so at once", async () => {
  const server = new FakeServer();
  server.signedAt = "2026-02-03T09:00:00Z";
  const page = await enter(server);
  assert.equal(page.stage, "already");
  assert.equal(page.fills["hour"], server.signedAt);
});

test("outside the phases of voting the page says where the contest stands", async () => {
  const server = new FakeServer();
  server.phase = "suspended";
  const page = await enter(server);
  assert.equal(page.stage, "closed");
  assert.equal(page.fills["phase"], "phase.suspended");
});

test("a contest that closes in between is told, unless the ballot was recorded before", async () => {
  const late = await beginReviewed();
  late.server.phase = "frozen";
  await late.page.click("cast");
  assert.equal(late.page.stage, "closed");

  const early = await beginReviewed();
  early.server.cut = { bulletin: "after" };
  await early.page.click("cast");
  early.server.cut = {};
  early.server.phase = "frozen";
  await early.page.click("retry");
  assert.equal(early.page.stage, "done");
});

test("a session that is over is told, and nothing is kept", async () => {
  const { server, page } = await beginReviewed();
  server.signedIn = false;
  await page.click("cast");
  assert.equal(page.stage, "expired");
  server.signedIn = true;
  await page.click("cast");
  assert.deepEqual(server.casts, []);
});

/**
 * What a lying server does, and the rule that finds it out.
 * @type {Record<string, [(server: FakeServer) => void, string]>}
 */
const LIES = {
  "another set-up": [({ files }) => (files.setup = files.setup.replace("CAV 2026", "CAV 2027")), "setup.digest"],
  "another contest's set-up": [({ files }) => (files.setup = TICKETS.setup), "setup.digest"],
  "other trustees": [({ files }) => (files.trustees = "[]"), "setup.trustees"],
  "a salt of another length": [spoil("sel", (value) => (value.salt = "AA==")), "text.base64"],
  "a token that is none": [spoil("etat", (value) => (value.s = known.token.z)), "token.answer"],
  "no receipt of the urn": [spoil("bulletin", (value) => (value.urn = null)), "receipt.urn"],
  "a receipt for another ballot": [
    spoil("bulletin", (value) => (value.urn = sign(value.urn.split("\n\n")[0].replace(/.{64}$/, "0".repeat(64)) + "\n"))),
    "receipt.urn",
  ],
  "a receipt that is not signed": [
    spoil("bulletin", (value) => (value.urn = value.urn.replace("\n\n", "0\n\n"))),
    "ed25519.signature",
  ],
  "a register that names no elector": [spoil("bulletin", (value) => (value.register = value.urn)), "receipt.register"],
  "an answer of another shape": [spoil("bulletin", (value) => (value.register = 1)), "json.type"],
  "a refusal that nobody expects": [refuse("bulletin", "urn.alpha"), "the server says no"],
};

/**
 * @param {string} name of the route
 * @param {(value: any) => void} edit of its answer
 * @returns {(server: FakeServer) => void}
 */
function spoil(name, edit) {
  return (server) => (server.spoil[name] = edit);
}

/**
 * @param {string} name of the route
 * @param {string} error
 * @returns {(server: FakeServer) => void}
 */
function refuse(name, error) {
  return (server) => (server.refusals[name] = { error, message: "the server says no" });
}

for (const [what, [lie, detail]] of Object.entries(LIES)) {
  test(`an alarm: ${what}`, async () => {
    const server = new FakeServer(LISTS);
    lie(server);
    const page = await enter(server);
    for (let step = 0; step < 3 && page.stage !== "alarm"; step++) {
      await goOn(page);
    }
    assert.equal(page.stage, "alarm");
    assert.equal(page.fills["detail"], detail);
    assert.ok(!page.stages.includes("done"));
  });
}
