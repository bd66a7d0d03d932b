/**
 * Bytes and their texts: UTF-8, hexadecimal, Base64, big-endian integers, digests.
 *
 * Readers refuse whatever would not be written back as it came; `what` names the place.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { ProtocolError } from "./errors.js";

/**
 * The UTF-8 bytes of a text.
 * @param {string} text
 */
export const utf8 = (text) => new TextEncoder().encode(text);

/**
 * The text of UTF-8 bytes; a byte order mark stays in it, so that no two byte strings give one text.
 * @param {Uint8Array} data
 * @param {string} what
 */
export function decodeUtf8(data, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new ProtocolError("json.utf8", { what });
  }
}

export { bytesToHex as hex } from "@noble/hashes/utils.js";

/**
 * Lower-case hexadecimal of exactly `length` bytes.
 * @param {unknown} value
 * @param {string} what
 */
export function hexDecode(value, what, length = 32) {
  if (typeof value !== "string" || value.length !== 2 * length || !/^[0-9a-f]*$/.test(value)) {
    throw new ProtocolError("text.hex", { what, length });
  }
  return hexToBytes(value);
}

/**
 * Standard Base64 with padding.
 * @param {Uint8Array} data
 */
export const base64 = (data) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));

/**
 * Standard Base64 with padding, refused unless it would be written back the same.
 * @param {unknown} value
 * @param {string} what
 * @param {number} [length] in bytes
 */
export function base64Decode(value, what, length) {
  let data = new Uint8Array();
  try {
    data = Uint8Array.from(atob(String(value)), (symbol) => symbol.charCodeAt(0));
  } catch {
    throw new ProtocolError("text.base64", { what });
  }
  if (base64(data) !== value || (length !== undefined && data.length !== length)) {
    throw new ProtocolError("text.base64", { what });
  }
  return data;
}

/**
 * Big-endian bytes as an integer.
 * @param {Uint8Array} data
 */
export const toInteger = (data) => (data.length === 0 ? 0n : BigInt(`0x${bytesToHex(data)}`));

/**
 * An integer as exactly `length` big-endian bytes.
 * @param {bigint} number
 * @param {number} length
 */
export const toBytes = (number, length) => hexToBytes(number.toString(16).padStart(2 * length, "0"));

/**
 * SHA-256 as 64 lower-case hexadecimal digits.
 * @param {Uint8Array} data
 */
export const sha256Hex = (data) => bytesToHex(sha256(data));

/**
 * Belenios' Base64Compact: SHA-256 in Base64 without padding, 43 characters. The fingerprint φ of an
 * election record and the tracker of a ballot are this.
 * @param {Uint8Array} data
 */
export const base64Compact = (data) => base64(sha256(data)).replace(/=+$/, "");
