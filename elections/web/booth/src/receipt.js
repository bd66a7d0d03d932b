/**
 * The two receipts of a cast ballot (protocol.md §8, contracts.md).
 *
 * The urn's names the ballot and no time, the register's names the elector and the hour and no
 * ballot. Neither shows anything of the choice. Any difference with what the browser computed itself
 * is an alarm.
 */
import { ProtocolError } from "./errors.js";
import { openNote } from "./note.js";

/**
 * Refuse unless the urn signed exactly this ballot's receipt.
 * @param {string} note
 * @param {string} vkey the urn's
 * @param {{ contest: string, fingerprint: string, tracker: string, leaf: string }} expected all of it
 *   computed here; `leaf` is the leaf hash in hexadecimal
 */
export function checkUrnReceipt(note, vkey, { contest, fingerprint, tracker, leaf }) {
  if (openNote(note, vkey, "receipt of the urn") !== `isoloir.receipt/1\n${contest}\n${fingerprint}\n${tracker}\n${leaf}\n`) {
    throw new ProtocolError("receipt.urn");
  }
}

/**
 * The ballot that a receipt of the urn names, if it is of this contest.
 * @param {string} note
 * @param {string} vkey the urn's
 * @param {{ contest: string, fingerprint: string }} expected
 * @returns {{ tracker: string, leaf: string }} `leaf` is the leaf hash in hexadecimal
 */
export function readUrnReceipt(note, vkey, { contest, fingerprint }) {
  const text = openNote(note, vkey, "receipt of the urn");
  const [tracker = "", leaf = ""] = text.split("\n").slice(3);
  checkUrnReceipt(note, vkey, { contest, fingerprint, tracker, leaf });
  return { tracker, leaf };
}

/**
 * Refuse unless the register signed that this elector has voted in this contest.
 * @param {string} note
 * @param {string} vkey the record key
 * @param {{ contest: string, number: number }} expected
 * @returns {string} the hour, RFC 3339 in UTC
 */
export function checkRegisterReceipt(note, vkey, { contest, number }) {
  const what = "receipt of the register";
  const text = openNote(note, vkey, what);
  const start = `isoloir.signature/1\n${contest}\n${number}\n`;
  if (!text.startsWith(start)) {
    throw new ProtocolError("receipt.register");
  }
  const hour = text.slice(start.length, -1);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(hour) || Number.isNaN(Date.parse(hour))) {
    throw new ProtocolError("text.hour", { what });
  }
  return hour;
}
