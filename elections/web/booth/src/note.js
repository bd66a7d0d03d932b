/**
 * C2SP signed notes: a text, an empty line, signature lines (c2sp.org/signed-note), Ed25519 only.
 *
 * Lines of unknown keys are passed over, as cosignatures are; one line must be of the key asked for, and verify.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { base64Decode, hex, utf8 } from "./bytes.js";
import { ProtocolError } from "./errors.js";

const ALGORITHM = 1;

/**
 * @typedef {object} NoteKey
 * @property {string} name
 * @property {string} id the first four bytes of SHA-256(name ‖ line feed ‖ 1 ‖ key), in hexadecimal
 * @property {Uint8Array} key
 */

/**
 * Read a verification key `name+id+base64(1 ‖ key)`.
 * @param {string} vkey
 * @param {string} what
 * @returns {NoteKey}
 */
export function parseKey(vkey, what) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey) ?? [];
  if (name === undefined) {
    throw new ProtocolError("note.key", { what });
  }
  const typed = base64Decode(encoded, what, 33);
  const digest = sha256(concatBytes(utf8(`${name}\n`), typed));
  if (typed[0] !== ALGORITHM || hex(digest.slice(0, 4)) !== id) {
    throw new ProtocolError("note.key", { what });
  }
  return { name, id, key: typed.slice(1) };
}

/**
 * The text of a note, its final line feed included, if it is signed under the key.
 * @param {string} note
 * @param {string} vkey
 * @param {string} what
 */
export function openNote(note, vkey, what) {
  const { name, id, key } = parseKey(vkey, what);
  const end = note.lastIndexOf("\n\n") + 1;
  const lines = note.slice(end + 1).split("\n");
  if (end === 0 || lines.pop() !== "" || lines.length === 0 || /[\x00-\x09\x0b-\x1f]|\p{Surrogate}/u.test(note)) {
    throw new ProtocolError("note.form", { what });
  }
  const text = note.slice(0, end);
  const found = lines.map((line) => signature(line, what)).filter((line) => line.name === name && line.id === id);
  const [only, ...others] = found;
  if (only === undefined) {
    throw new ProtocolError("note.unsigned", { what, name });
  }
  if (others.length > 0) {
    throw new ProtocolError("note.double", { what, name });
  }
  // Without zip215 the library refuses points that are not canonical and keys of small order.
  if (only.value.length !== 64 || !ed25519.verify(only.value, utf8(text), key, { zip215: false })) {
    throw new ProtocolError("ed25519.signature", { what });
  }
  return text;
}

/**
 * @param {string} line
 * @param {string} what
 */
function signature(line, what) {
  const [, name, encoded] = /^— ([^+\s]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
  const data = base64Decode(encoded ?? "", what);
  if (name === undefined || data.length < 5) {
    throw new ProtocolError("note.form", { what });
  }
  return { name, id: hex(data.slice(0, 4)), value: data.slice(4) };
}
