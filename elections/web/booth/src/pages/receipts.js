/**
 * What an elector takes home: the file of receipts, and the link to the check of her ballot.
 *
 * Neither shows anything of the choice. The link carries tracker and leaf hash in its fragment, which
 * browsers send to nobody (protocol.md §8).
 */
import { base64Decode, hexDecode } from "../bytes.js";

/** @typedef {{ tracker: string, leaf: string }} Found what names a ballot; `tracker` is empty where it is not known */

const SEPARATOR = "----\n";

/**
 * The receipts' file: the urn's note, a line of four hyphens, the register's note.
 * @param {string} urn
 * @param {string} register
 */
export const receiptsFile = (urn, register) => urn + SEPARATOR + register;

/**
 * The urn's note in a file of receipts, also where a mail program has changed the ends of its lines.
 * @param {string} text
 */
export function urnNote(text) {
  const plain = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const end = plain.indexOf(`\n${SEPARATOR}`);
  return end < 0 ? plain : plain.slice(0, end + 1);
}

/**
 * The name under which the file is offered.
 * @param {string} contest
 */
export const receiptsName = (contest) => `recepisse-${contest.slice(0, 8)}.txt`;

/**
 * The name under which a challenge is offered.
 * @param {string} contest
 */
export const challengeName = (contest) => `controle-${contest.slice(0, 8)}.json`;

/**
 * The fragment of the link to the check.
 * @param {Found} ballot
 */
export const fragmentOf = ({ tracker, leaf }) => `#${new URLSearchParams({ tracker, leaf })}`;

/**
 * The ballot that a fragment names; undefined where it names none.
 * @param {string} fragment
 * @returns {Found | undefined}
 */
export function readFragment(fragment) {
  const values = new URLSearchParams(fragment.slice(1));
  if (!values.has("leaf")) {
    return undefined;
  }
  const tracker = values.get("tracker") ?? "";
  if (tracker !== "") {
    base64Decode(`${tracker}=`, "tracker", 32);
  }
  return { tracker, leaf: readLeaf(values.get("leaf") ?? "") };
}

/**
 * A leaf hash as somebody typed it: case and spaces are forgiven.
 * @param {string} typed
 */
export function readLeaf(typed) {
  const leaf = typed.replace(/\s/g, "").toLowerCase();
  hexDecode(leaf, "leaf hash");
  return leaf;
}
