/** Voting codes and what is derived from them: the same bytes as elections/protocol/code.py. */
import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import test from "node:test";
import { base64Decode, hex, hexDecode } from "../src/bytes.js";
import {
  checkSymbol,
  contestSeed,
  credentialScalar,
  hkdf,
  pssSalt,
  publicHex,
  readCode,
  signRegister,
  signRequest,
  votingKeys,
} from "../src/code.js";
import { groupByName } from "../src/group.js";
import { known, refused } from "./shared.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const [PART] = known.parts;
const CODE = PART + checkSymbol(PART);

test("a code is read as people type it", () => {
  known.parts.forEach((/** @type {string} */ part, /** @type {number} */ index) => {
    assert.equal(checkSymbol(part), known.checks[index]);
  });
  assert.equal(readCode(CODE), PART);
  const grouped = CODE.replace(/.{5}(?=.)/g, "$&-");
  for (const typed of [grouped, grouped.toLowerCase(), ` ${grouped.replaceAll("-", " - ")}`]) {
    assert.equal(readCode(typed), PART);
  }
  assert.equal(readCode(CODE.replaceAll("0", "o").replaceAll("1", "l")), PART);
  assert.equal(readCode(CODE.replaceAll("0", "O").replaceAll("1", "i")), PART);
});

test("every single error and every swap of neighbours is told", () => {
  for (let place = 0; place < 20; place++) {
    for (const symbol of ALPHABET.replace(CODE.charAt(place), "")) {
      refused("code.check", () => readCode(CODE.slice(0, place) + symbol + CODE.slice(place + 1)));
    }
    const [left, right] = [CODE.charAt(place), CODE.charAt(place + 1)];
    if (place < 19 && left !== right) {
      refused("code.check", () => readCode(CODE.slice(0, place) + right + left + CODE.slice(place + 2)));
    }
  }
});

test("what cannot be a code is named", () => {
  refused("code.length", () => readCode(CODE.slice(1)));
  refused("code.length", () => readCode(`${CODE}0`));
  refused("code.length", () => readCode(""));
  for (const symbol of ["U", "u", "é", "ı", "‑", "🗳", "|"]) {
    refused("code.symbol", () => readCode(symbol + CODE.slice(1)));
  }
});

test("keys, seed, credential and signatures are those of the Python side", () => {
  const { election, number, issuers, contest, fingerprint } = known;
  for (const [parts, expected] of [
    [[PART], known.one_part],
    [known.parts, known.two_parts],
  ]) {
    const { key, register, requests } = votingKeys(parts, election, number, issuers);
    assert.equal(hex(key), expected.key);
    assert.equal(publicHex(register), expected.register);
    assert.deepEqual(
      Object.fromEntries([...requests].map(([issuer, seed]) => [issuer, publicHex(seed)])),
      expected.requests,
    );
  }
  const { key, register, requests } = votingKeys([PART], election, number, issuers);
  const seed = contestSeed(key, hexDecode(known.elector_salt, "salt"), contest);
  assert.equal(hex(seed), known.seed);
  for (const [name, { secret, public: expected }] of Object.entries(known.credentials)) {
    const group = groupByName(name);
    assert.equal(String(credentialScalar(seed, group.q)), secret);
    assert.equal(group.powerG(BigInt(secret)).text, expected);
  }
  assert.equal(signRegister(register, fingerprint, number), known.register_signature);
  const [issuer] = issuers;
  const z = base64Decode(known.token.z, "z");
  const request = /** @type {Uint8Array} */ (requests.get(issuer));
  assert.equal(signRequest(request, issuer, fingerprint, number, z), known.token.request);
  assert.equal(hex(pssSalt(seed, issuer)), known.token.salt);
  refused("code.parts", () => votingKeys([PART, PART, PART], election, number, issuers));
  refused("code.parts", () => votingKeys([], election, number, issuers));
});

test("HKDF is RFC 5869's, as Node has it", () => {
  const [secret, salt] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)];
  for (const length of [32, 48, 64, 400]) {
    const expected = new Uint8Array(hkdfSync("sha256", secret, salt, "info", length));
    assert.deepEqual(hkdf(secret, salt, "info", length), expected);
  }
});
