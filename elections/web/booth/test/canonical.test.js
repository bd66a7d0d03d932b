/** Strict reading, one way of writing, and every rule's sentence. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { base64Decode, hexDecode, toBytes, toInteger, utf8 } from "../src/bytes.js";
import { array, compact, decimal, encode, integer, object, parseCanonical, parseCompact, string } from "../src/canonical.js";
import { ProtocolError, RULES } from "../src/errors.js";
import { refused } from "./shared.js";

test("keys are sorted by code point, not by UTF-16 unit", () => {
  assert.equal(encode({ "\u{10000}": 1, "\uffff": 2, b: [null, true], a: "é\n\u007f\u2028" }), 
    '{"a":"é\\n\u007f\u2028","b":[null,true],"\uffff":2,"\u{10000}":1}');
  assert.equal(encode({ ab: 1, a: 2, "": 3 }), '{"":3,"a":2,"ab":1}');
  assert.equal(compact({ b: 1, a: [] }), '{"b":1,"a":[]}');
});

test("what has no single way of writing is not written", () => {
  for (const value of [1.5, -0, 2 ** 53, Number.NaN, "\ud800", { "\udfff": 1 }, undefined, [undefined], 1n]) {
    refused("json.canonical", () => encode(value));
  }
});

test("only canonical bytes are read", () => {
  assert.deepEqual(parseCanonical(utf8('{"a":[1,"é"]}'), "x"), { a: [1, "é"] });
  for (const text of [' {"a":1}', '{"a":1}\n', '{"b":1,"a":1}', '{"a":1,"a":1}', '["\\u00e9"]', '["\\/"]', "[1.0]", "[1e2]", "[-0]", "[9007199254740993]", '["\\ud800"]']) {
    refused("json.canonical", () => parseCanonical(utf8(text), "x"));
  }
  assert.deepEqual(Object.keys(parseCompact('{"b":1,"a":1}', "x")), ["b", "a"]);
  refused("json.canonical", () => parseCompact('{"b":1,"2":1,"1":1}', "x"));
  refused("json.syntax", () => parseCanonical(utf8("{"), "x"));
  refused("json.syntax", () => parseCanonical(utf8("\ufeff[]"), "x"));
  refused("json.utf8", () => parseCanonical(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), "x"));
});

test("values of another type or form are refused", () => {
  refused("json.type", () => object([], "x"));
  refused("json.type", () => object(null, "x"));
  refused("json.type", () => array({}, "x"));
  refused("json.type", () => string(1, "x"));
  refused("text.pattern", () => string("b", "x", /^a$/));
  refused("json.type", () => integer(true, "x"));
  refused("json.range", () => integer(-1, "x"));
  assert.equal(decimal("10", "x", 11n), 10n);
  refused("json.range", () => decimal("11", "x", 11n));
  for (const text of ["", "01", "+1", "1 ", "١", "0x1", 1, null, "9".repeat(1301)]) {
    refused("text.decimal", () => decimal(text, "x", 10n ** 2000n));
  }
  for (const text of ["YQ", "YR==", "YQ==\n", " YQ==", "YQ=", "Y_==", null, 1, "YWE="]) {
    refused("text.base64", () => base64Decode(text, "x", 1));
  }
  for (const text of ["AB", "a", "abc", " ab", null]) {
    refused("text.hex", () => hexDecode(text, "x", 1));
  }
  assert.equal(toInteger(toBytes(258n, 4)), 258n);
  assert.equal(toInteger(new Uint8Array()), 0n);
});

test("every rule that is raised has its sentence, and every sentence is raised", () => {
  const folder = new URL("../src/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf-8" }).filter((name) => name.endsWith(".js"));
  const sources = files.map((name) => readFileSync(new URL(name, folder), "utf-8"));
  const raise = /(?:new ProtocolError\(\s*|checkDisjunction\(publicKey,[^"]*)"([^"]+)"/g;
  const raised = sources.flatMap((source) => [...source.matchAll(raise)].map(([, rule]) => rule));
  assert.deepEqual([...new Set(raised)].sort(), Object.keys(RULES).sort());
  assert.equal(new ProtocolError("group.name", { what: "group", name: "X" }).message, "group: X is not a known group");
});
