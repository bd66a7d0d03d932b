/** Tokens: RFC 9474's own vectors, the Python issuer, and a second library as issuer and judge. */
import { RSABSSA } from "@cloudflare/blindrsa-ts";
import assert from "node:assert/strict";
import { constants, createPublicKey, verify } from "node:crypto";
import test from "node:test";
import { base64, base64Decode, hex, hexDecode, toInteger, utf8 } from "../src/bytes.js";
import { blinding } from "../src/code.js";
import { Blinded, encodePss, parseIssuer, tokenMessage } from "../src/token.js";
import { known, refused, skip, vectorJson } from "./shared.js";

const KEY = known.token.issuer;

/** @param {string} name */
const vector = (name) => vectorJson("rfc9474.json").find((/** @type {any} */ item) => item.name === name);
const bytes = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text.replace("0x", ""), "hex"));

/**
 * @param {bigint} a
 * @param {bigint} n
 */
function inverse(a, n) {
  let [old, rest, x, y] = [a, n, 1n, 0n];
  while (rest !== 0n) {
    const quotient = old / rest;
    [old, rest, x, y] = [rest, old - quotient * rest, y, x - quotient * y];
  }
  return ((x % n) + n) % n;
}

for (const name of ["RSABSSA-SHA384-PSS-Deterministic", "RSABSSA-SHA384-PSSZERO-Deterministic"]) {
  test(`RFC 9474, ${name}`, { skip }, () => {
    const { n, inv, msg, salt, encoded_msg, blinded_msg, blind_sig, sig } = vector(name);
    const modulus = BigInt(n);
    assert.equal(hex(encodePss(bytes(msg), bytes(salt), 4096)), encoded_msg.replace("0x", ""));
    const factor = inverse(BigInt(inv), modulus);
    const blinded = new Blinded({ id: "rfc", n: modulus }, bytes(msg), factor, bytes(salt));
    assert.equal(hex(blinded.z), hex(bytes(blinded_msg)));
    assert.equal(hex(blinded.finish(bytes(blind_sig))), hex(bytes(sig)));
  });
}

/** The message, salt and factor of known.json's token. */
function parts() {
  const { id, n } = parseIssuer(KEY);
  const message = tokenMessage(id, known.fingerprint, known.credentials.Ed25519.public);
  return { issuer: { id, n }, message, factor: blinding(hexDecode(known.seed, "seed", 64), id, n) };
}

test("a request and its token are those of the Python side, and plain RSA-PSS", () => {
  const { issuer, message, factor } = parts();
  const blinded = new Blinded(issuer, message, factor, hexDecode(known.token.salt, "salt", 48));
  assert.equal(base64(blinded.z), known.token.z);
  const signature = blinded.finish(base64Decode(known.token.answer, "answer"));
  assert.equal(base64(signature), known.token.signature);
  const jwk = { kty: "RSA", n: Buffer.from(KEY.n, "base64").toString("base64url"), e: "AQAB" };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
  assert.ok(verify("sha384", message, pss, signature));
});

test("an answer that is not the signature is refused, and so is a bad blinding factor", () => {
  const { issuer, message, factor } = parts();
  const salt = hexDecode(known.token.salt, "salt", 48);
  const blinded = new Blinded(issuer, message, factor, salt);
  const answer = base64Decode(known.token.answer, "answer");
  const altered = answer.slice();
  altered[383] = Number(altered[383]) ^ 1;
  refused("token.answer", () => blinded.finish(altered));
  refused("token.answer", () => blinded.finish(answer.slice(1)));
  refused("token.answer", () => blinded.finish(new Uint8Array(384)));
  refused("token.answer", () => blinded.finish(new Uint8Array()));
  const other = new Blinded(issuer, utf8("something else"), factor, salt);
  refused("token.answer", () => other.finish(answer));
  refused("token.blinding", () => new Blinded(issuer, message, 0n, salt));
});

test("an issuer's key must fulfil every condition", () => {
  assert.equal(parseIssuer(KEY).id, known.issuers[0]);
  const n = toInteger(base64Decode(KEY.n, "n"));
  const with384 = (/** @type {bigint} */ number) => Buffer.from(number.toString(16).padStart(768, "0"), "hex").toString("base64");
  const refusedKey = (/** @type {string} */ rule, /** @type {object} */ change) =>
    refused(rule, () => parseIssuer({ ...KEY, ...change }));
  refusedKey("text.pattern", { id: "État" });
  refusedKey("text.pattern", { id: "a|b" });
  refusedKey("json.range", { e: 3 });
  refusedKey("text.base64", { n: KEY.n.slice(4) });
  refusedKey("token.key_size", { n: with384(n >> 1n) });
  refusedKey("token.key_factor", { n: with384(n + 1n) });
  // The multiple of 65521 next below n, or the one before it: the odd one.
  const multiple = n - (n % 65521n);
  refusedKey("token.key_factor", { n: with384(multiple % 2n === 1n ? multiple : multiple - 65521n) });
  refusedKey("token.key_root", { roots: KEY.roots.toReversed() });
  refusedKey("token.key_root", { roots: [...KEY.roots.slice(0, 7), with384(toInteger(base64Decode(KEY.roots[7], "root")) + n)] });
  refusedKey("json.range", { roots: KEY.roots.slice(1) });
  refused("json.type", () => parseIssuer("x"));
});

test("@cloudflare/blindrsa-ts signs our requests and accepts our tokens", async () => {
  const suite = RSABSSA.SHA384.PSS.Deterministic();
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: "RSA-PSS", hash: "SHA-384", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ["sign", "verify"],
  );
  const { n } = await crypto.subtle.exportKey("jwk", publicKey);
  const modulus = toInteger(new Uint8Array(Buffer.from(String(n), "base64url")));
  const message = suite.prepare(utf8("isoloir|token|etat|φ|credential"));
  const blinded = new Blinded({ id: "etat", n: modulus }, message, 2n ** 2000n + 12345n, new Uint8Array(48).fill(9));
  const answer = await suite.blindSign(privateKey, blinded.z);
  assert.ok(await suite.verify(publicKey, blinded.finish(answer), message));
});
