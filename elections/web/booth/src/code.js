/**
 * The voting code and all that the elector's device derives from it (protocol.md §4).
 *
 * A code is 20 Crockford base-32 symbols: 19 random ones (95 bits) and a check symbol. Another device
 * with the same code gets the same credential and the same tokens, and resumes where the first one
 * stopped. `elections/protocol/code.py` has the same functions and gives the same bytes.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf as hkdfOf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64, hex, sha256Hex, toInteger, utf8 } from "./bytes.js";
import { ProtocolError } from "./errors.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET = 19;
const FIELD = 0b100101; // x⁵ + x² + 1

/**
 * The check symbol of 19 symbols: every single error and every swap of neighbours changes it.
 * @param {string} symbols
 */
export function checkSymbol(symbols) {
  let check = 0;
  for (const symbol of symbols) {
    check = (check ^ ALPHABET.indexOf(symbol)) << 1;
    if (check > 31) {
      check ^= FIELD;
    }
  }
  return ALPHABET.charAt(check);
}

/**
 * The 19 symbols that count of a code as somebody typed it; case, hyphens, spaces and look-alikes are
 * forgiven. A refusal never quotes more of the code than a symbol that no code has.
 * @param {string} typed
 */
export function readCode(typed) {
  const symbols = typed
    .replace(/[- ]/g, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  for (const symbol of symbols) {
    if (!ALPHABET.includes(symbol)) {
      throw new ProtocolError("code.symbol", { symbol });
    }
  }
  if (symbols.length !== SECRET + 1) {
    throw new ProtocolError("code.length", { length: symbols.length });
  }
  if (checkSymbol(symbols.slice(0, SECRET)) !== symbols[SECRET]) {
    throw new ProtocolError("code.check");
  }
  return symbols.slice(0, SECRET);
}

/**
 * HKDF-SHA256 (RFC 5869); an absent salt is empty.
 * @param {Uint8Array} secret
 * @param {Uint8Array} salt
 * @param {string} info
 * @param {number} length
 */
export const hkdf = (secret, salt, info, length) => hkdfOf(sha256, secret, salt, utf8(info), length);

const NO_SALT = new Uint8Array();

/**
 * @typedef {object} VotingKeys
 * @property {Uint8Array} key K, 32 bytes, of the whole code
 * @property {Uint8Array} register seed of the key that signs the register
 * @property {Map<string, Uint8Array>} requests by issuer, seed of the key that signs the request for its token
 */

/**
 * The keys of one elector, from her code or from as many code parts as there are issuers.
 *
 * With several parts request key i comes from part i alone, so that the maker of one part knows no
 * other issuer's request key.
 * @param {string[]} parts as `readCode` gives them, in the order of setup.json
 * @param {string} electionUuid
 * @param {number} number the elector's
 * @param {string[]} issuers their ids, in the order of setup.json
 * @returns {VotingKeys}
 */
export function votingKeys(parts, electionUuid, number, issuers) {
  if (parts.length !== 1 && parts.length !== issuers.length) {
    throw new ProtocolError("code.parts");
  }
  const salt = utf8(`isoloir|code|${electionUuid}|${number}`);
  const derive = (/** @type {string} */ code) => hkdf(utf8(code), salt, "isoloir|key", 32);
  const key = derive(parts.join(""));
  const requests = issuers.map((issuer, index) => {
    const own = parts.length === 1 ? key : derive(/** @type {string} */ (parts[index]));
    return /** @type {const} */ ([issuer, hkdf(own, NO_SALT, `isoloir|request|${issuer}`, 32)]);
  });
  return { key, register: hkdf(key, NO_SALT, "isoloir|register", 32), requests: new Map(requests) };
}

/**
 * The public key of a seed as it stands in the roll: hexadecimal of RFC 8032's bytes.
 * @param {Uint8Array} seed
 */
export const publicHex = (seed) => hex(ed25519.getPublicKey(seed));

/**
 * The seed of 64 bytes from which all that the elector shows in one contest is derived.
 * @param {Uint8Array} key K
 * @param {Uint8Array} electorSalt 32 bytes, given to the signed-in elector
 * @param {string} contestUuid
 */
export const contestSeed = (key, electorSalt, contestUuid) =>
  hkdf(key, electorSalt, `isoloir|seed|${contestUuid}`, 64);

/**
 * x, the secret of the credential g^x.
 * @param {Uint8Array} seed
 * @param {bigint} q
 */
export const credentialScalar = (seed, q) => toInteger(hkdf(seed, NO_SALT, "isoloir|credential", 64)) % q;

/**
 * r_i, by which the request to an issuer with modulus n is blinded; `Blinded` refuses it unless prime to n.
 * @param {Uint8Array} seed
 * @param {string} issuer
 * @param {bigint} n
 */
export function blinding(seed, issuer, n) {
  const length = Math.ceil(n.toString(16).length / 2) + 16;
  return toInteger(hkdf(seed, NO_SALT, `isoloir|blind|${issuer}`, length)) % n;
}

/**
 * The PSS salt of 48 bytes of the token that this issuer signs.
 * @param {Uint8Array} seed
 * @param {string} issuer
 */
export const pssSalt = (seed, issuer) => hkdf(seed, NO_SALT, `isoloir|salt|${issuer}`, 48);

/**
 * Sign the register of a contest: that this elector votes, and nothing of the ballot.
 * @param {Uint8Array} seed of the register key
 * @param {string} fingerprint φ
 * @param {number} number the elector's
 */
export const signRegister = (seed, fingerprint, number) =>
  base64(ed25519.sign(utf8(`isoloir|signature|${fingerprint}|${number}`), seed));

/**
 * Sign the request for the one token that this issuer gives this elector in this contest.
 * @param {Uint8Array} seed of this issuer's request key
 * @param {string} issuer
 * @param {string} fingerprint φ
 * @param {number} number the elector's
 * @param {Uint8Array} z the blinded message
 */
export const signRequest = (seed, issuer, fingerprint, number, z) =>
  base64(ed25519.sign(utf8(`isoloir|request|${issuer}|${fingerprint}|${number}|${sha256Hex(z)}`), seed));
