/** Until when: by the server's hour, whatever the device believes. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeServer, beginReviewed, enter, goOn } from "./stage.js";

const MINUTE = 60_000;

/**
 * A booth that was entered at an hour of the server.
 * @param {string} now
 */
async function enterAt(now) {
  const server = new FakeServer();
  server.now = now;
  const page = await enter(server);
  return { server, page, ...said(page) };
}

/** @param {import("./stage.js").FakePage} page */
const said = (page) => ({ text: page.fills["deadline"], left: page.values[String(page.fills["deadline"])]?.left });

test("nothing is said before the last hour, and then minutes, down to the closing second", async () => {
  assert.equal((await enterAt("2026-02-07T13:59:59Z")).text, "");
  const { page, text, left } = await enterAt("2026-02-07T14:00:00Z");
  assert.deepEqual([text, left, page.conditions["deadline"]], ["deadline.closing", "minutes.several", true]);
  assert.equal(page.values["minutes.several"].minutes, 60);
  for (const [milliseconds, expected, words] of /** @type {const} */ ([
    [1, "deadline.closing", "minutes.several"],
    [59 * MINUTE, "deadline.closing", "minutes.one"],
    [60 * MINUTE - 1, "deadline.closing", "minutes.none"],
    [60 * MINUTE, "deadline.grace", "minutes.several"],
    [90 * MINUTE - 1, "deadline.grace", "minutes.none"],
    [90 * MINUTE, "deadline.over", undefined],
  ])) {
    page.milliseconds = milliseconds;
    page.click("every");
    assert.deepEqual(said(page), { text: expected, left: words }, `${milliseconds}`);
  }
});

test("a device that slept asks again, and a closing hour that was moved is told", async () => {
  const { server, page } = await enterAt("2026-02-07T14:50:00Z");
  server.now = "2026-02-07T15:10:00Z";
  await page.click("return");
  assert.equal(said(page).text, "deadline.grace");
  server.closing = "2026-02-07T17:00:00Z";
  server.last = "2026-02-07T17:30:00Z";
  await page.click("return");
  assert.equal(said(page).text, "");
  server.cut = { "etat.json": "before" };
  await page.click("return");
  assert.equal(page.stage, "choice");
});

test("who has voted is not hurried any more, and nothing is asked for it", async () => {
  const { server, page } = await enterAt("2026-02-07T14:50:00Z");
  for (let step = 0; step < 3; step++) {
    await goOn(page);
  }
  assert.equal(page.stage, "done");
  assert.deepEqual([said(page).text, page.conditions["deadline"]], ["", false]);
  const { length } = server.asked;
  await page.click("return");
  assert.equal(server.asked.length, length);
});

test("a session that ends after the closing says that this is final", async () => {
  for (const late of [false, true]) {
    const { server, page } = await beginReviewed();
    server.now = late ? server.closing : "2026-02-07T14:59:59Z";
    await page.click("return");
    server.signedIn = false;
    await page.click("cast");
    assert.equal(page.stage, "expired");
    assert.deepEqual([page.conditions["in-time"], page.conditions["late"]], [!late, late]);
  }
});
