/**
 * What several tests lean on: the published vectors beside the checkout, and elections made here.
 *
 * Without the vectors a test skips with a plain reason; where everything must be there
 * (ELECTIONS_TEST_REQUIRE=all) it fails.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { utf8 } from "../src/bytes.js";
import { compact } from "../src/canonical.js";
import { ProtocolError } from "../src/errors.js";
import { groupByName } from "../src/group.js";

const VECTORS = new URL("../../../../../shared/vectors/", import.meta.url);

/** The reason to skip a test that reads the vectors, or false. */
export const skip =
  !existsSync(VECTORS) &&
  process.env["ELECTIONS_TEST_REQUIRE"] !== "all" &&
  "the shared vectors do not stand beside the checkout";

/**
 * @param {string} path below the folder of vectors
 */
export const vectorBytes = (path) => new Uint8Array(readFileSync(new URL(path, VECTORS)));

/**
 * @param {string} path
 * @returns {any}
 */
export const vectorJson = (path) => JSON.parse(Buffer.from(vectorBytes(path)).toString());

/**
 * The bodies of an archive's records: a header of 512 bytes with the size in octal, then the body.
 * @param {Uint8Array} archive
 */
export function records(archive) {
  const bodies = [];
  for (let at = 0; at < archive.length; ) {
    const size = Number.parseInt(Buffer.from(archive.slice(at + 124, at + 135)).toString(), 8);
    bodies.push(archive.slice(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return bodies;
}

/**
 * Assert that a call is refused by this very rule.
 * @param {string} rule
 * @param {() => unknown} call
 */
export function refused(rule, call) {
  assert.throws(call, (error) => {
    assert.ok(error instanceof ProtocolError, String(error));
    assert.equal(error.rule, rule, error.message);
    return true;
  });
}

/**
 * The bytes of an election record with the secret key 7.
 * @param {string} name of the group
 * @param {object[]} questions in Belenios' key order
 */
export function electionBytes(name, questions) {
  return utf8(
    compact({
      version: 1,
      description: "A college\nsetup sha256:00",
      name: "Élection d’essai",
      group: name,
      public_key: groupByName(name).powerG(7n).text,
      questions,
      uuid: "3Y157V2zVchJbv",
    }),
  );
}

export const GROUPS = ["Ed25519", "BELENIOS-2048"];

/**
 * What the Python side computes from fixed inputs; tests/web/test_booth.py writes and compares it.
 * @type {any}
 */
export const known = JSON.parse(readFileSync(new URL("known.json", import.meta.url), "utf-8"));
