/**
 * The urn's log: RFC 6962 hashing, and the check of a ballot against a signed checkpoint.
 *
 * The browser takes all leaf hashes and recomputes the root; it asks for no leaf, index or path,
 * which would tell the server whose leaf it is (protocol.md §8).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { base64Decode, hex } from "./bytes.js";
import { ProtocolError } from "./errors.js";
import { openNote } from "./note.js";

/**
 * The hash of a leaf (RFC 6962 §2.1).
 * @param {Uint8Array} leaf
 */
export const leafHash = (leaf) => sha256(concatBytes(Uint8Array.of(0), leaf));

/**
 * The root of the tree over leaf hashes (RFC 6962 §2.1); of none, SHA-256 of nothing.
 * @param {Uint8Array[]} hashes
 * @returns {Uint8Array}
 */
export function root(hashes) {
  if (hashes.length <= 1) {
    return hashes[0] ?? sha256(new Uint8Array());
  }
  // The left side holds the largest power of two of leaves that is less than all of them.
  const left = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(concatBytes(Uint8Array.of(1), root(hashes.slice(0, left)), root(hashes.slice(left))));
}

/**
 * Check a checkpoint's signature and form (C2SP tlog-checkpoint): origin, size, root.
 * @param {string} note
 * @param {string} vkey the urn's
 * @param {string} origin `<urn name>/<contest uuid>`
 * @returns {{ size: number, root: Uint8Array }}
 */
export function openCheckpoint(note, vkey, origin) {
  const what = "checkpoint";
  const [named, size, hash, ...rest] = openNote(note, vkey, what).split("\n");
  if (named !== origin) {
    throw new ProtocolError("log.origin", { what, origin: String(named).slice(0, 80) });
  }
  // Ours have no extension lines: after the root only the last line feed.
  if (size === undefined || !/^(0|[1-9][0-9]{0,14})$/.test(size) || rest.join() !== "" || rest.length !== 1) {
    throw new ProtocolError("log.checkpoint", { what });
  }
  return { size: Number(size), root: base64Decode(hash, what, 32) };
}

/**
 * The list of leaf hashes as the urn gives it: 32 bytes each, in log order, nothing between.
 * @param {Uint8Array} data
 */
export function readLeaves(data) {
  if (data.length % 32 !== 0) {
    throw new ProtocolError("json.type", { what: "leaf hashes", expected: "32 bytes each" });
  }
  return Array.from({ length: data.length / 32 }, (_, index) => data.slice(32 * index, 32 * index + 32));
}

/**
 * Refuse unless the leaf hashes are exactly those under a checkpoint.
 * @param {{ size: number, root: Uint8Array }} checkpoint
 * @param {Uint8Array[]} hashes
 */
export function checkLeaves(checkpoint, hashes) {
  const what = "log";
  if (checkpoint.size !== hashes.length) {
    throw new ProtocolError("log.size", { what, size: checkpoint.size, length: hashes.length });
  }
  if (hex(root(hashes)) !== hex(checkpoint.root)) {
    throw new ProtocolError("log.root", { what });
  }
}

/**
 * Where the elector's leaf stands among checked hashes, from 0; undefined while it waits for a batch.
 * @param {Uint8Array[]} hashes
 * @param {Uint8Array} leaf its hash
 */
export function place(hashes, leaf) {
  const index = hashes.findIndex((hash) => hex(hash) === hex(leaf));
  return index < 0 ? undefined : index;
}
