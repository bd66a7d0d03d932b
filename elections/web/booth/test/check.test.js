/** The check of a ballot against the whole log. */
import assert from "node:assert/strict";
import test from "node:test";
import { hex, utf8 } from "../src/bytes.js";
import { leafHash } from "../src/log.js";
import { Check } from "../src/pages/check.js";
import { fragmentOf, readFragment, receiptsFile, urnNote } from "../src/pages/receipts.js";
import { FakePage, FakeServer, sign } from "./stage.js";
import { known } from "./shared.js";

const TRACKER = "1/+".padEnd(42, "A") + "0";
const hash = (/** @type {number} */ leaf) => leafHash(utf8(`leaf ${leaf}`));
const FRAGMENT = fragmentOf({ tracker: TRACKER, leaf: hex(hash(2)) });

/** @param {number} size of the log */
function stage(size) {
  const server = new FakeServer();
  server.log = Array.from({ length: size }, (_, leaf) => hash(leaf));
  const page = new FakePage();
  return { server, page, check: new Check(page.page, server.api) };
}

test("a fragment survives its symbols, and nothing else is one", () => {
  assert.deepEqual(readFragment(FRAGMENT), { tracker: TRACKER, leaf: hex(hash(2)) });
  assert.equal(readFragment(""), undefined);
  assert.equal(readFragment("#main"), undefined);
  for (const wrong of ["#leaf=", "#leaf=00", `${FRAGMENT}0`, FRAGMENT.replace("tracker=", "tracker=A")]) {
    assert.throws(() => readFragment(wrong));
  }
});

test("found, with its place", async () => {
  const { server, page, check } = stage(5);
  await check.start(FRAGMENT);
  assert.equal(page.stage, "found");
  assert.deepEqual([page.fills["place"], page.fills["size"], page.fills["tracker"]], ["3", "5", TRACKER]);
  assert.deepEqual(server.asked.toSorted(), ["dossier.json", "empreintes"]);
});

test("waiting for the next batch, and absent once the log is final", async () => {
  const { server, page, check } = stage(2);
  await check.start(FRAGMENT);
  assert.equal(page.stage, "waiting");
  Object.assign(page.facts, { final: "" });
  await check.follow(FRAGMENT);
  assert.equal(page.stage, "absent");
  server.log = [];
  await check.follow(FRAGMENT);
  assert.equal(page.stage, "absent");
});

test("a leaf hash may be typed, and is forgiven case and spaces", async () => {
  const { server, page, check } = stage(5);
  await check.start("");
  assert.equal(page.stage, "ask");
  await page.submit("check", ["leaf", "abc"]);
  assert.deepEqual(page.wrong, ["check leaf leaf.form"]);
  assert.deepEqual(server.asked, []);
  await page.submit("check", ["leaf", ` ${hex(hash(4)).toUpperCase().replace(/.{8}/g, "$& ")}`]);
  assert.equal(page.stage, "found");
  assert.equal(page.conditions["tracker"], false);
});

test("a file of receipts is opened here, and must be of this contest", async () => {
  const { server, page, check } = stage(5);
  const { fingerprint } = server.contest.election;
  const receipt = (contest = known.contest) =>
    sign(`isoloir.receipt/1\n${contest}\n${fingerprint}\n${TRACKER}\n${hex(hash(1))}\n`);
  const file = receiptsFile(receipt(), sign("isoloir.signature/1\n"));
  assert.equal(urnNote(file), receipt());
  await check.start("");
  for (const [text, rule] of [
    ["holiday pictures", "receipt.form"],
    [file.replace(TRACKER, TRACKER.replace("1", "2")), "receipt.form"],
    [receipt("x".repeat(14)), "receipt.urn"],
  ]) {
    await page.open("receipt", String(text));
    assert.deepEqual(page.wrong, [`check receipt ${rule}`]);
  }
  assert.ok(!server.asked.includes("empreintes"));
  await page.open("receipt", `\ufeff${file.replaceAll("\n", "\r\n")}`);
  assert.equal(page.stage, "found");
  assert.equal(page.fills["tracker"], TRACKER);
});

test("a log that is not what the urn signed is an alarm", async () => {
  for (const [edit, rule] of /** @type {[(value: any) => void, string][]} */ ([
    [(value) => (value.leaves = value.leaves.replace(/^../, "AA")), "log.root"],
    [(value) => (value.leaves = ""), "log.size"],
    [(value) => (value.leaves = "AAAA"), "json.type"],
    [(value) => (value.checkpoint = value.checkpoint.replace("\n5\n", "\n4\n")), "ed25519.signature"],
    [(value) => (value.checkpoint = sign("urne-2/x\n5\n\n")), "log.origin"],
  ])) {
    const { server, page, check } = stage(5);
    server.spoil["empreintes"] = edit;
    await check.start(FRAGMENT);
    assert.equal(page.stage, "alarm");
    assert.equal(page.fills["detail"], rule);
  }
});

test("why it is an alarm is said in English until the page's own sentence comes, and if none does", async () => {
  const { server, page, check } = stage(5);
  server.spoil["empreintes"] = (value) => (value.leaves = "");
  server.spoil["refus.json"] = (rules) => (rules["log.size"] = "{size} bulletins, {length} feuilles");
  await check.start(FRAGMENT);
  assert.equal(page.fills["detail"], "5 bulletins, 0 feuilles");
  server.cut = { "refus.json": "before" };
  await check.start(FRAGMENT);
  assert.equal(page.stage, "alarm");
  assert.match(String(page.fills["detail"]), /counts 5 leaves, the list holds 0/);
});

test("a lost line is no alarm", async () => {
  const { server, page, check } = stage(5);
  server.cut = { empreintes: "before" };
  await check.start(FRAGMENT);
  assert.equal(page.stage, "interrupted");
  server.cut = {};
  await page.click("retry");
  assert.equal(page.stage, "found");
});

test("a refusal is no alarm either: it is told in the form, and a session that is over leads to the door", async () => {
  const { server, page, check } = stage(5);
  server.refusals = { empreintes: { error: "web.role", message: "not for you" } };
  await check.start(FRAGMENT);
  assert.equal(page.stage, "ask");
  assert.deepEqual(page.wrong, ["check leaf not for you"]);
  server.refusals = { empreintes: { error: "web.session", message: "sign in" } };
  await check.follow(FRAGMENT);
  assert.equal(page.stage, "reloaded");
});
