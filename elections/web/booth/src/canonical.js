/**
 * Strict reading and the one way of writing JSON.
 *
 * Our JSON is UTF-8 with keys sorted by code point, no white space, integers only and no final
 * newline (contracts.md); Belenios' has its keys in a given order. Both readers compare what they
 * read with what they would have written, so a doubled key, a float, a space or an escape that is
 * not needed is refused as a whole.
 */
import { decodeUtf8, hex, utf8 } from "./bytes.js";
import { ProtocolError } from "./errors.js";

/** @typedef {Record<string, any>} JsonObject */

/**
 * @param {unknown} value
 * @param {(entries: [string, unknown][]) => [string, unknown][]} order
 * @returns {string}
 */
function write(value, order) {
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, order)).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const pairs = order(Object.entries(value));
    return `{${pairs.map(([key, item]) => `${scalar(key)}:${write(item, order)}`).join(",")}}`;
  }
  return scalar(value);
}

/**
 * A text, integer, boolean or null. Lone surrogates have no UTF-8, floats no single way of writing.
 * @param {unknown} value
 */
function scalar(value) {
  const sound =
    value === null ||
    typeof value === "boolean" ||
    (typeof value === "string" && !/\p{Surrogate}/u.test(value)) ||
    (Number.isSafeInteger(value) && !Object.is(value, -0));
  if (!sound) {
    throw new ProtocolError("json.canonical", { what: "JSON" });
  }
  return JSON.stringify(value);
}

/**
 * UTF-8 sorts as code points do; JavaScript's own order puts U+10000 and above before U+E000.
 * @param {string} key
 */
const sortKey = (key) => hex(utf8(key));

/**
 * Write our canonical JSON.
 * @param {unknown} value
 */
export const encode = (value) =>
  write(value, (entries) => entries.sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1)));

/**
 * Write Belenios JSON: keys in the order given, no white space.
 * @param {unknown} value
 */
export const compact = (value) => write(value, (entries) => entries);

/**
 * Read JSON that `writer` would have written in exactly these bytes.
 * @param {Uint8Array | string} data
 * @param {string} what
 * @param {(value: unknown) => string} writer
 */
function parse(data, what, writer) {
  const text = typeof data === "string" ? data : decodeUtf8(data, what);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError("json.syntax", { what });
  }
  if (writer(value) !== text) {
    throw new ProtocolError("json.canonical", { what });
  }
  return value;
}

/**
 * Read our canonical JSON.
 * @param {Uint8Array | string} data
 * @param {string} what
 * @returns {any}
 */
export const parseCanonical = (data, what) => parse(data, what, encode);

/**
 * Read compact Belenios JSON. Key order is the caller's to judge.
 * @param {Uint8Array | string} data
 * @param {string} what
 * @returns {any}
 */
export const parseCompact = (data, what) => parse(data, what, compact);

/**
 * @param {any} value
 * @param {string} what
 * @returns {JsonObject}
 */
export function object(value, what) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("json.type", { what, expected: "an object" });
  }
  return value;
}

/**
 * The object `value`, with every required key and no key beyond the optional ones.
 * @param {any} value
 * @param {string} what
 * @param {string[]} required
 * @param {string[]} [optional]
 */
export function fields(value, what, required, optional = []) {
  const found = object(value, what);
  for (const key of required) {
    if (!Object.hasOwn(found, key)) {
      throw new ProtocolError("json.missing", { what, key });
    }
  }
  for (const key of Object.keys(found)) {
    if (!required.includes(key) && !optional.includes(key)) {
      throw new ProtocolError("json.unknown", { what, key: key.slice(0, 80) });
    }
  }
  return found;
}

/**
 * The same for Belenios' objects, whose keys have an order; an optional key comes last.
 * @param {any} value
 * @param {string} what
 * @param {string[]} required
 * @param {string[]} [optional]
 */
export function orderedFields(value, what, required, optional = []) {
  const keys = Object.keys(fields(value, what, required, optional));
  if (required.some((key, index) => keys[index] !== key)) {
    throw new ProtocolError("ballot.canonical", { what });
  }
  return object(value, what);
}

/**
 * An array, of exactly `length` items where it is given.
 * @param {any} value
 * @param {string} what
 * @param {number} [length]
 * @returns {any[]}
 */
export function array(value, what, length) {
  if (!Array.isArray(value)) {
    throw new ProtocolError("json.type", { what, expected: "an array" });
  }
  if (length !== undefined && value.length !== length) {
    throw new ProtocolError("json.type", { what, expected: `an array of ${length}` });
  }
  return value;
}

/**
 * A text, matching the pattern where one is given.
 * @param {any} value
 * @param {string} what
 * @param {RegExp} [pattern]
 * @returns {string}
 */
export function string(value, what, pattern) {
  if (typeof value !== "string") {
    throw new ProtocolError("json.type", { what, expected: "a string" });
  }
  if (pattern !== undefined && !pattern.test(value)) {
    throw new ProtocolError("text.pattern", { what, text: value.slice(0, 80), pattern: pattern.source });
  }
  return value;
}

/**
 * An integer between two bounds, both included.
 * @param {any} value
 * @param {string} what
 * @returns {number}
 */
export function integer(value, what, least = 0, most = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value)) {
    throw new ProtocolError("json.type", { what, expected: "an integer" });
  }
  if (value < least || value > most) {
    throw new ProtocolError("json.range", { what });
  }
  return value;
}

/**
 * A Belenios number: decimal digits without leading zeros, 0 ≤ x < `below`.
 * @param {any} value
 * @param {string} what
 * @param {bigint} below
 */
export function decimal(value, what, below) {
  if (typeof value !== "string" || value.length > 1300 || !/^(0|[1-9][0-9]*)$/.test(value)) {
    throw new ProtocolError("text.decimal", { what });
  }
  const number = BigInt(value);
  if (number >= below) {
    throw new ProtocolError("json.range", { what });
  }
  return number;
}
