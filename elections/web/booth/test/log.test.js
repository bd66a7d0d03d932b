/** Notes, checkpoints, leaf hashes and the two receipts, against what the Python side signs. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { concatBytes } from "@noble/hashes/utils.js";
import assert from "node:assert/strict";
import test from "node:test";
import { base64, hex, hexDecode, utf8 } from "../src/bytes.js";
import { checkLeaves, leafHash, openCheckpoint, place, readLeaves, root } from "../src/log.js";
import { openNote, parseKey } from "../src/note.js";
import { checkRegisterReceipt, checkUrnReceipt } from "../src/receipt.js";
import { known, refused } from "./shared.js";

const { notes, contest, number, fingerprint } = known;
const leaves = (/** @type {number} */ size) => Array.from({ length: size }, (_, leaf) => leafHash(Uint8Array.of(leaf)));
const hash = (/** @type {number} */ index) => /** @type {Uint8Array} */ (leaves(index + 1)[index]);

/**
 * A note under the record key of known.json, whose seed is 32 bytes of 1.
 * @param {string} text
 */
function signed(text) {
  const { name, id } = parseKey(notes.record_key, "key");
  const value = ed25519.sign(utf8(text), new Uint8Array(32).fill(1));
  return `${text}\n— ${name} ${base64(concatBytes(hexDecode(id, "id", 4), value))}\n`;
}

const open = (/** @type {string} */ note, key = notes.urn_key) => openNote(note, key, "note");

test("roots of trees of every small size", () => {
  known.roots.forEach((/** @type {string} */ expected, /** @type {number} */ size) => {
    assert.equal(hex(root(leaves(size))), expected, `${size} leaves`);
  });
});

test("a checkpoint holds for its leaves and no others", () => {
  const checkpoint = openCheckpoint(notes.checkpoint, notes.urn_key, `urne-1/${contest}`);
  assert.equal(checkpoint.size, 5);
  const list = readLeaves(Uint8Array.from(leaves(5).flatMap((leaf) => [...leaf])));
  checkLeaves(checkpoint, list);
  assert.equal(place(list, hash(2)), 2);
  assert.equal(place(list, hash(7)), undefined);
  refused("log.size", () => checkLeaves(checkpoint, leaves(4)));
  refused("log.root", () => checkLeaves(checkpoint, leaves(5).reverse()));
  refused("log.origin", () => openCheckpoint(notes.checkpoint, notes.urn_key, "urne-2/x"));
  refused("json.type", () => readLeaves(new Uint8Array(33)));
});

test("a checkpoint is three lines", () => {
  const text = openNote(notes.checkpoint, notes.urn_key, "note");
  const check = (/** @type {string} */ edited) => () => openCheckpoint(signed(edited), notes.record_key, `urne-1/${contest}`);
  assert.equal(check(text)().size, 5);
  refused("log.checkpoint", check(`${text}extension\n`));
  refused("log.checkpoint", check(text.replace("\n5\n", "\n05\n")));
  refused("log.checkpoint", check(`urne-1/${contest}\n`));
  refused("text.base64", check(text.replace("=", "")));
});

test("a note must be signed under the very key", () => {
  assert.equal(open(notes.checkpoint), open(notes.checkpoint, notes.record_key));
  refused("note.unsigned", () => open(notes.receipt, notes.record_key));
  refused("ed25519.signature", () => open(notes.receipt.replace("isoloir", "isolair")));
  const [text, line] = notes.receipt.split("\n\n");
  refused("note.double", () => open(notes.receipt + line));
  refused("note.form", () => open(text));
  refused("note.form", () => open(notes.receipt.trimEnd()));
  refused("note.form", () => open(`${text}\n\n`));
  refused("note.form", () => open(notes.receipt.replace("isoloir", "iso\rloir")));
  refused("note.form", () => open(notes.receipt.replace("— ", "- ")));
  refused("text.base64", () => open(`${text}\n\n${line.replace("=", "")}`));
  const short = `— urne-1 ${Buffer.from(line.trim().split(" ")[2], "base64").subarray(0, 67).toString("base64")}`;
  refused("ed25519.signature", () => open(`${text}\n\n${short}\n`));
});

test("a verification key must be Ed25519 and carry its own id", () => {
  const [name, id, key] = notes.record_key.split(/\+(.*?)\+/);
  assert.equal(parseKey(notes.record_key, "key").name, name);
  refused("note.key", () => parseKey(`other+${id}+${key}`, "key"));
  refused("note.key", () => parseKey(`${name}+00000000+${key}`, "key"));
  refused("note.key", () => parseKey("nothing", "key"));
  refused("text.base64", () => parseKey(`${name}+${id}+AQ==`, "key"));
});

test("the receipts are accepted for what the browser computed, and for nothing else", () => {
  const expected = { contest, fingerprint, tracker: "t".repeat(43), leaf: hex(hash(2)) };
  checkUrnReceipt(notes.receipt, notes.urn_key, expected);
  for (const field of /** @type {(keyof typeof expected)[]} */ (Object.keys(expected))) {
    refused("receipt.urn", () => checkUrnReceipt(notes.receipt, notes.urn_key, { ...expected, [field]: "x" }));
  }
  refused("note.unsigned", () => checkUrnReceipt(notes.receipt, notes.record_key, expected));

  const register = (/** @type {object} */ change) => () =>
    checkRegisterReceipt(notes.register, notes.record_key, { contest, number, ...change });
  assert.equal(register({})(), "2026-02-03T10:20:30Z");
  refused("receipt.register", register({ number: number + 1 }));
  refused("receipt.register", register({ contest: "x" }));
  for (const hour of ["2026-02-03T10:20:30+01:00", "2026-13-03T10:20:30Z", "2026-02-03T10:20:30Z\nmore"]) {
    const note = signed(`isoloir.signature/1\n${contest}\n${number}\n${hour}\n`);
    refused("text.hour", () => checkRegisterReceipt(note, notes.record_key, { contest, number }));
  }
});

test("a leaf hash is not a node's", () => {
  assert.notEqual(hex(leafHash(utf8(""))), hex(root([])));
});
