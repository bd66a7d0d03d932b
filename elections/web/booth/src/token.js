/**
 * Ballot tokens: the elector's side of RFC 9474, `RSABSSA-SHA384-PSS-Deterministic` (protocol.md §5).
 *
 * Salt and blinding factor are derived from the voting code, so that the same elector always sends
 * the same blinded message. A token is an ordinary RSA-PSS signature (SHA-384, salt of 48 bytes).
 */
import { invert } from "@noble/curves/abstract/modular.js";
import { sha256, sha384 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { base64Decode, toBytes, toInteger, utf8 } from "./bytes.js";
import { array, integer, object, string } from "./canonical.js";
import { hkdf } from "./code.js";
import { ProtocolError } from "./errors.js";

const E = 65537;
const BITS = 3072;
const LENGTH = BITS / 8;
const ROOTS = 8;

/** @typedef {{ id: string, n: bigint }} Issuer an issuer whose key has been checked */

/**
 * Read an issuer of setup.json and check its key: eight roots prove that x → x^e is a bijection
 * modulo n, so that blinding hides perfectly (protocol.md §5).
 * @param {any} value
 * @returns {Issuer}
 */
export function parseIssuer(value) {
  const id = string(object(value, "issuer")["id"], "issuer, id", /^[a-z0-9-]{1,32}$/);
  const what = `issuer ${id}`;
  const raw = base64Decode(value["n"], what, LENGTH);
  const n = toInteger(raw);
  const bits = n.toString(2).length;
  integer(value["e"], `${what}, e`, E, E);
  if (bits !== BITS) {
    throw new ProtocolError("token.key_size", { what, bits });
  }
  if (primesBelow(E).some((prime) => n % BigInt(prime) === 0n)) {
    throw new ProtocolError("token.key_factor", { what });
  }
  const roots = array(value["roots"], what);
  integer(roots.length, `${what}, roots`, ROOTS, ROOTS);
  roots.forEach((root, index) => {
    const image = hkdf(sha256(raw), new Uint8Array(), `isoloir|rsa|${index + 1}`, LENGTH + 16);
    const sigma = toInteger(base64Decode(root, `${what}, roots`, LENGTH));
    if (sigma === 0n || sigma >= n || publicPower(sigma, n) !== toInteger(image) % n) {
      throw new ProtocolError("token.key_root", { what, index: index + 1 });
    }
  });
  return { id, n };
}

/**
 * @param {number} limit
 */
function primesBelow(limit) {
  const composite = new Uint8Array(limit);
  const primes = [];
  for (let number = 2; number < limit; number++) {
    if (!composite[number]) {
      primes.push(number);
      for (let multiple = number * number; multiple < limit; multiple += number) {
        composite[multiple] = 1;
      }
    }
  }
  return primes;
}

/**
 * base^65537 mod n.
 * @param {bigint} base
 * @param {bigint} n
 */
function publicPower(base, n) {
  let power = base;
  for (let square = 0; square < 16; square++) {
    power = (power * power) % n;
  }
  return (power * base) % n;
}

/**
 * The message that an issuer signs for a credential.
 * @param {string} issuer
 * @param {string} fingerprint φ
 * @param {string} credential as in the ballot
 */
export const tokenMessage = (issuer, fingerprint, credential) =>
  utf8(`isoloir|token|${issuer}|${fingerprint}|${credential}`);

/**
 * EMSA-PSS-ENCODE with SHA-384 and MGF1 (RFC 8017 §9.1.1), for a modulus of `bits` bits.
 * @param {Uint8Array} message
 * @param {Uint8Array} salt
 * @param {number} bits
 */
export function encodePss(message, salt, bits) {
  const length = Math.ceil((bits - 1) / 8);
  const digest = sha384(concatBytes(new Uint8Array(8), sha384(message), salt));
  const block = new Uint8Array(length - digest.length - 1);
  block.set([1], block.length - salt.length - 1);
  block.set(salt, block.length - salt.length);
  const masked = mgf1(digest, block.length).map((byte, index) => byte ^ Number(block[index]));
  masked[0] = Number(masked[0]) & (0xff >> (8 * length - bits + 1));
  return concatBytes(masked, digest, Uint8Array.of(0xbc));
}

/**
 * @param {Uint8Array} seed
 * @param {number} length
 */
function mgf1(seed, length) {
  const rounds = Math.ceil(length / sha384.outputLen);
  const blocks = Array.from({ length: rounds }, (_, round) => sha384(concatBytes(seed, toBytes(BigInt(round), 4))));
  return concatBytes(...blocks).slice(0, length);
}

/** A message blinded for one issuer: `z` goes out, `finish` takes the answer. */
export class Blinded {
  #n;
  #encoded;
  #inverse;
  #id;

  /**
   * Blind (RFC 9474 §4.2).
   * @param {Issuer} issuer
   * @param {Uint8Array} message
   * @param {bigint} factor r
   * @param {Uint8Array} salt
   */
  constructor({ id, n }, message, factor, salt) {
    const bits = n.toString(2).length;
    this.#id = id;
    this.#n = n;
    this.#encoded = toInteger(encodePss(message, salt, bits));
    this.length = Math.ceil(bits / 8);
    const z = (this.#encoded * publicPower(factor, n)) % n;
    try {
      this.#inverse = invert(factor, n);
      invert(z, n); // the message must be prime to n too
    } catch {
      throw new ProtocolError("token.blinding", { issuer: id });
    }
    this.z = toBytes(z, this.length);
  }

  /**
   * Finalize (RFC 9474 §4.4). With the salt known, s^e must be the encoded message itself, which is
   * the whole of RSASSA-PSS-VERIFY.
   * @param {Uint8Array} answer the issuer's blind signature
   * @returns {Uint8Array} the token
   */
  finish(answer) {
    const s = (toInteger(answer) * this.#inverse) % this.#n;
    if (answer.length !== this.length || publicPower(s, this.#n) !== this.#encoded) {
      throw new ProtocolError("token.answer", { issuer: this.#id });
    }
    return toBytes(s, this.length);
  }
}
