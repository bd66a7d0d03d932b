/** The code on the receipts' page, read as a telephone reads it. */
import assert from "node:assert/strict";
import test from "node:test";
import decodeQR from "qr/decode.js";
import { fragmentOf } from "../src/pages/receipts.js";
import { modules, outline } from "../src/pages/qr.js";

const LINK = `https://elections.example.org/scrutin/${"9".repeat(22)}/controle`;
const ADDRESS = LINK + fragmentOf({ tracker: "1/+".padEnd(43, "A"), leaf: "0123456789abcdef".repeat(4) });
const SCALE = 4;

test("a link with tracker and leaf fits a code that is read back", () => {
  const rows = modules(ADDRESS);
  const size = rows.length * SCALE;
  assert.ok(rows.length <= 73, `${rows.length} modules are too fine for paper`);
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)]) {
        data.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3);
      }
    }
  }
  assert.equal(decodeQR({ width: size, height: size, data }), ADDRESS);
});

test("the outline covers the dark modules and no other", () => {
  const rows = modules(ADDRESS);
  const drawn = rows.map((row) => row.map(() => false));
  for (const [, x, y, length] of outline(rows).matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  }
  assert.deepEqual(drawn, rows);
  assert.ok(rows.slice(0, 4).every((row) => !row.includes(true)), "the margin is light");
});
