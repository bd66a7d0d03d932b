/**
 * Exponential ElGamal and the proofs a ballot needs (belenios-format.md §1.6).
 *
 * The strings hashed are those of Belenios crypto version 1, prefix and separators included.
 * All randomness comes from the system's generator; none is derived (protocol.md §4).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { toInteger, utf8 } from "./bytes.js";
import { decimal, orderedFields } from "./canonical.js";
import { ProtocolError } from "./errors.js";
import { modulo, randomScalar } from "./group.js";

/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */

/**
 * Challenge and response of a Schnorr-type proof, decimal digits, in Belenios' key order.
 * @typedef {{ challenge: string, response: string }} Proof
 */

/** @typedef {{ alpha: Element, beta: Element }} Ciphertext (α, β) = (g^ρ, y^ρ·g^m) */

/**
 * A ciphertext with what only its maker knows.
 * @typedef {object} Opened
 * @property {Element} alpha
 * @property {Element} beta
 * @property {bigint} message m
 * @property {bigint} randomness ρ
 */

/**
 * SHA-256 of the text, big-endian, modulo q (belenios-format.md §1.3).
 * @param {Group} group
 * @param {string} text
 */
export const hashToScalar = (group, text) => toInteger(sha256(utf8(text))) % group.q;

/** An election key y with its powers prepared. */
export class PublicKey {
  /**
   * @param {Group} group
   * @param {Element} element
   */
  constructor(group, element) {
    this.group = group;
    this.element = element;
    this.power = group.table(element);
    // Tables are made at the first power: while the page loads, and not while somebody waits for her ballot.
    group.powerG(1n);
    this.power(1n);
  }

  /**
   * (g^ρ, y^ρ·g^m).
   * @param {bigint} message
   * @param {bigint} randomness
   * @returns {Opened}
   */
  encrypt(message, randomness) {
    return {
      alpha: this.group.powerG(randomness),
      beta: this.power(randomness).times(this.group.powerG(message)),
      message,
      randomness,
    };
  }
}

/**
 * The component-wise product: an encryption of the sum, opened by the sum of the randomness.
 * @param {Group} group
 * @param {Opened[]} items
 * @returns {Opened}
 */
export function total(group, items) {
  return items.reduce(
    (sum, item) => ({
      alpha: sum.alpha.times(item.alpha),
      beta: sum.beta.times(item.beta),
      message: sum.message + item.message,
      randomness: modulo(sum.randomness + item.randomness, group.q),
    }),
    { alpha: group.identity, beta: group.identity, message: 0n, randomness: 0n },
  );
}

/**
 * The same of ciphertexts that others made.
 * @param {Group} group
 * @param {Ciphertext[]} items
 * @returns {Ciphertext}
 */
export const product = (group, items) =>
  items.reduce(
    (left, right) => ({ alpha: left.alpha.times(right.alpha), beta: left.beta.times(right.beta) }),
    { alpha: group.identity, beta: group.identity },
  );

/**
 * `α,β` as it stands in hashed strings.
 * @param {Ciphertext} ciphertext
 */
export const pairText = ({ alpha, beta }) => `${alpha.text},${beta.text}`;

/**
 * Prove that at least one branch "this ciphertext holds this value" is true, and not which.
 *
 * The verifier computes A = g^r·α^c and B = y^r·(β·g^−M)^c. Whoever knows ρ and m can write them
 * A = g^w and B = y^w·g^((m−M)·c) with r = w − ρ·c: two powers of fixed bases, computed alike for a
 * true branch (m = M) and a false one. Only the first true branch takes its challenge from the hash.
 * @param {PublicKey} key
 * @param {{ ciphertext: Opened, value: number }[]} branches
 * @param {string} prefix of the hashed string, ended by `|`
 * @returns {Proof[]}
 */
export function proveDisjunction(key, branches, prefix) {
  const { group } = key;
  const drawn = branches.map(({ ciphertext, value }) => ({
    distance: ciphertext.message - BigInt(value),
    randomness: ciphertext.randomness,
    nonce: randomScalar(group),
    challenge: randomScalar(group),
  }));
  const commitments = drawn.map(({ distance, nonce, challenge }) => ({
    alpha: group.powerG(nonce),
    beta: key.power(nonce).times(group.powerG(distance * challenge)),
  }));
  const hash = hashToScalar(group, prefix + commitments.map(pairText).join(","));
  const truth = drawn.findIndex(({ distance }) => distance === 0n);
  const others = drawn.reduce((sum, { challenge }, index) => (index === truth ? sum : sum + challenge), 0n);
  return drawn.map((branch, index) => {
    const challenge = index === truth ? modulo(hash - others, group.q) : branch.challenge;
    return proof(challenge, modulo(branch.nonce - branch.randomness * challenge, group.q));
  });
}

/**
 * Sign a ballot's hash h with the credential's secret: the string `sig|h|A`.
 * @param {Group} group
 * @param {bigint} secret
 * @param {string} hash
 * @returns {Proof}
 */
export function signHash(group, secret, hash) {
  const nonce = randomScalar(group);
  const challenge = hashToScalar(group, `sig|${hash}|${group.powerG(nonce).text}`);
  return proof(challenge, modulo(nonce - secret * challenge, group.q));
}

/**
 * Refuse unless one of the branches "this ciphertext holds this value" is true: the challenges add up to the hash.
 * @param {PublicKey} key
 * @param {{ ciphertext: Ciphertext, value: number }[]} branches
 * @param {Scalars[]} proofs
 * @param {string} prefix of the hashed string, ended by `|`
 * @param {string} rule
 * @param {string} what
 */
export function checkDisjunction(key, branches, proofs, prefix, rule, what) {
  const { group } = key;
  const commitments = branches.map(({ ciphertext: { alpha, beta }, value }, index) => {
    const { challenge, response } = proofs[index] ?? { challenge: 0n, response: 0n };
    const shifted = beta.times(group.powerG(modulo(BigInt(-value), group.q)));
    return pairText({
      alpha: group.powerG(response).times(alpha.power(challenge)),
      beta: key.power(response).times(shifted.power(challenge)),
    });
  });
  const sum = modulo(proofs.reduce((total, { challenge }) => total + challenge, 0n), group.q);
  if (branches.length !== proofs.length || sum !== hashToScalar(group, prefix + commitments.join(","))) {
    throw new ProtocolError(rule, { what });
  }
}

/**
 * Refuse a ballot's hash that its credential did not sign.
 * @param {Group} group
 * @param {Element} credential
 * @param {string} hash
 * @param {Scalars} signature
 * @param {string} what
 */
export function checkHashSignature(group, credential, hash, { challenge, response }, what) {
  const commitment = group.powerG(response).times(credential.power(challenge));
  if (hashToScalar(group, `sig|${hash}|${commitment.text}`) !== challenge) {
    throw new ProtocolError("ballot.signature", { what });
  }
}

/** @typedef {{ challenge: bigint, response: bigint }} Scalars the numbers of a proof */

/**
 * Read a proof.
 * @param {Group} group
 * @param {any} value
 * @param {string} what
 * @returns {Scalars}
 */
export function parseProof(group, value, what) {
  const { challenge, response } = orderedFields(value, what, ["challenge", "response"]);
  return { challenge: decimal(challenge, what, group.q), response: decimal(response, what, group.q) };
}

/**
 * @param {bigint} challenge
 * @param {bigint} response
 * @returns {Proof}
 */
const proof = (challenge, response) => ({ challenge: `${challenge}`, response: `${response}` });
