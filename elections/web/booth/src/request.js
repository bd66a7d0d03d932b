/**
 * The casting request and the entry it becomes in the urn (protocol.md §6–7).
 *
 * Every request of a contest has the same length: decimal proofs vary, and a length seen on the line
 * would name the ballot. The server refuses any other length.
 */
import { choiceCount } from "./ballot.js";
import { base64, decodeUtf8, utf8 } from "./bytes.js";
import { compact, encode } from "./canonical.js";
import { ProtocolError } from "./errors.js";

/** @typedef {import("./ballot.js").Election} Election */
/** @typedef {import("./setup.js").Setup} Setup */

/** @typedef {{ issuer: string, signature: Uint8Array }} Token in the order of setup.json */

const SIGNATURE = 64;
const TOKEN = 384;

/** @param {Token[]} tokens */
const tokensJson = (tokens) => tokens.map(({ issuer, signature }) => ({ issuer, signature: base64(signature) }));

/**
 * The bytes of the ballot's leaf in the log.
 * @param {Uint8Array} ballot
 * @param {Token[]} tokens
 */
export const entry = (ballot, tokens) =>
  utf8(encode({ ballot: decodeUtf8(ballot, "ballot"), tokens: tokensJson(tokens) }));

/**
 * @param {string} ballot
 * @param {string} signature by the register key, Base64
 * @param {Token[]} tokens
 */
const castJson = (ballot, signature, tokens) => utf8(encode({ ballot, signature, tokens: tokensJson(tokens) }));

/**
 * The casting request: `{"ballot":…,"signature":…,"tokens":[…]}`, then spaces up to the fixed length.
 * @param {{ ballot: Uint8Array, signature: string, tokens: Token[] }} parts
 * @param {number} length `castLength` of the contest
 */
export function castBody({ ballot, signature, tokens }, length) {
  const json = castJson(decodeUtf8(ballot, "ballot"), signature, tokens);
  if (json.length > length) {
    throw new ProtocolError("request.length");
  }
  const body = new Uint8Array(length).fill(0x20);
  body.set(json);
  return body;
}

/**
 * The length of every casting request of a contest, in bytes: that of the request whose ballot is the
 * widest. It has every number modulo q as long as q in decimal (d digits), every element as long as
 * the group's longest (e = 64 for Ed25519, 617 for BELENIOS-2048), φ and h of 43 characters, a
 * register signature of 64 bytes and tokens of 384 bytes, both in Base64.
 *
 * In figures, a quote inside the ballot counting two for its escape: a proof has p = 38 + 2d; an
 * answer of n choices (blank included), b = 1 with blank and 0 without, k = max − min + 1 + b branches
 *
 *     a = 59 + n·(35 + 2e + 2p) + k·(1 + p) + b·(20 + 2p)
 *
 * a ballot with the uuid u and Q questions has 208 + |u| + e + p + Q + Σa, and the request
 * 127 more and 541 + |i| for each issuer i. All characters are ASCII.
 * @param {Election} election
 * @param {Pick<Setup, "issuers">} setup
 */
export function castLength({ uuid, group, questions }, { issuers }) {
  const number = "9".repeat(`${group.q}`.length);
  const element = "9".repeat(group.digits);
  const proof = { challenge: number, response: number };
  const list = (/** @type {number} */ length, /** @type {unknown} */ item) => Array.from({ length }, () => item);
  const answers = questions.map((question) => ({
    choices: list(choiceCount(question), { alpha: element, beta: element }),
    individual_proofs: list(choiceCount(question), [proof, proof]),
    overall_proof: list(question.max - question.min + 1 + Number(question.blank), proof),
    ...(question.blank && { blank_proof: [proof, proof] }),
  }));
  const digest = "9".repeat(43);
  const ballot = {
    election_uuid: uuid,
    election_hash: digest,
    credential: element,
    answers,
    signature: { hash: digest, proof },
  };
  const tokens = issuers.map(({ id }) => ({ issuer: id, signature: new Uint8Array(TOKEN) }));
  return castJson(compact(ballot), base64(new Uint8Array(SIGNATURE)), tokens).length;
}
