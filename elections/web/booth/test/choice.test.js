/** The choice as it is offered, with what was sealed beside the names, and the preview that is made by the same code. */
import assert from "node:assert/strict";
import test from "node:test";
import { sha256Hex, utf8 } from "../src/bytes.js";
import { Api } from "../src/pages/api.js";
import { offer } from "../src/pages/choice.js";
import { preview } from "../src/pages/preview.js";
import { FakePage } from "./stage.js";
import { known } from "./shared.js";

const LOGO = utf8("a picture");
const [DIGEST, STATEMENT] = [sha256Hex(LOGO), "5".repeat(64)];
const DRAFT = {
  booth: { "booth.js": "0".repeat(64), "candidacies/c1/logo.png": DIGEST, "candidacies/c1/statement.pdf": STATEMENT },
  candidacies: ["c1", "c11"].map((id) => ({ id, names: [{ titular: `T ${id}`, substitute: null }], title: `Liste ${id}` })),
  contest: { title: "Scrutin" },
  rule: { method: "largest_remainder", seats: 3 },
};

const OTHER = utf8("another picture");

/** @param {Uint8Array[]} logos what the server answers, each after its length */
function begin(logos = [OTHER, LOGO]) {
  const page = new FakePage();
  Object.assign(page.facts, { sizes: JSON.stringify({ [STATEMENT]: 1234 }), preview: JSON.stringify(DRAFT) });
  /** @type {string[]} */
  const asked = [];
  const fetch = async (/** @type {unknown} */ path) => {
    asked.push(String(path));
    const parts = logos.flatMap((logo) => [new Uint8Array([0, 0, 0, logo.length]), logo]);
    return new Response(new Blob(/** @type {BlobPart[]} */ (parts)));
  };
  const api = new Api(known.contest, "token", { fetch: /** @type {any} */ (fetch) });
  return { page, api, asked };
}

test("documents are those that the set-up names for this very candidacy", async () => {
  const { page, api, asked } = begin();
  offer(page.page, api, DRAFT);
  const [first, second] = page.offered;
  assert.deepEqual(first?.statement, { address: `/scrutin/${known.contest}/piece/${STATEMENT}`, size: 1234 });
  assert.deepEqual([second?.logo, second?.statement], [undefined, undefined]);
  assert.deepEqual(asked, []);
  assert.deepEqual(await first?.logo?.(), LOGO);
  assert.deepEqual(await first?.logo?.(), LOGO);
  assert.deepEqual(asked, [`/scrutin/${known.contest}/logos`]);
});

test("a logo that is not the sealed one is not given to be drawn", async () => {
  for (const logos of [[OTHER], []]) {
    const { page, api } = begin(logos);
    offer(page.page, api, DRAFT);
    await assert.rejects(async () => page.offered[0]?.logo?.(), { rule: "setup.digest" });
  }
});

test("an answer that was cut short gives no logo", async () => {
  const { page } = begin();
  const cut = new Uint8Array([0, 0, 1, 0, 80]);
  offer(page.page, new Api(known.contest, "token", { fetch: async () => new Response(cut) }), DRAFT);
  await assert.rejects(async () => page.offered[0]?.logo?.(), RangeError);
});

test("a preview offers the same page and leads nowhere", async () => {
  const { page, api, asked } = begin();
  preview(page.page, api);
  assert.deepEqual(page.offered.map(({ label }) => label), ["Liste c1", "Liste c11"]);
  assert.equal(page.fills["question"], "Scrutin");
  await page.submit("choice", ["choice", "1"]);
  page.click("back");
  assert.deepEqual(page.stages, ["choice", "preview", "choice"]);
  assert.deepEqual(asked, []);
});
