/** Strict reading of elements, and powers that agree with each other, in both groups. */
import assert from "node:assert/strict";
import test from "node:test";
import { groupByName, randomScalar } from "../src/group.js";
import { GROUPS, refused } from "./shared.js";

for (const name of GROUPS) {
  const group = groupByName(name);

  test(`${name}: tables, general powers and products agree`, () => {
    const base = group.powerG(randomScalar(group));
    const table = group.table(base);
    for (const exponent of [0n, 1n, 31n, 32n, group.q - 1n, group.q, -5n, randomScalar(group)]) {
      assert.equal(table(exponent).text, base.power(exponent).text);
      assert.equal(table(exponent).times(base).text, base.power(exponent + 1n).text);
    }
    assert.equal(table(group.q).text, group.identity.text);
    assert.equal(group.identity.power(5n).text, group.identity.text);
    assert.equal(group.powerG(1n).times(group.identity).text, group.powerG(1n).text);
  });

  test(`${name}: an element is read back as it was written`, () => {
    for (const exponent of [0n, 1n, randomScalar(group)]) {
      const { text } = group.powerG(exponent);
      assert.ok(text.length <= group.digits);
      assert.equal(group.element(text, "x").text, text);
    }
    refused("group.name", () => groupByName(`${name} `));
  });
}

test("Ed25519: the generator is RFC 8032's, its bytes reversed", () => {
  assert.equal(groupByName("Ed25519").powerG(1n).text, `${"6".repeat(63)}58`.slice(-64));
});

test("Ed25519: bytes that are no element are refused", () => {
  const read = (/** @type {string} */ text) => () => groupByName("Ed25519").element(text, "x");
  const digits = (/** @type {bigint} */ number) => number.toString(16).padStart(64, "0");
  const p = 2n ** 255n - 19n;
  refused("text.hex", read(groupByName("Ed25519").powerG(1n).text.toUpperCase().replace(/^6/, "A")));
  refused("text.hex", read("66"));
  refused("group.member", read(digits(2n))); // no x for this y
  refused("group.member", read(digits(p - 1n))); // order 2
  refused("group.member", read(digits(0n))); // order 4
  refused("group.member", read(digits(p + 1n))); // y = 1 written in another way
  refused("group.member", read(digits(2n ** 255n + 1n))); // x = −0
});

test("BELENIOS-2048: numbers that are no element are refused", () => {
  const group = groupByName("BELENIOS-2048");
  const read = (/** @type {string} */ text) => () => group.element(text, "x");
  refused("text.decimal", read(`0${group.powerG(1n).text}`));
  refused("text.decimal", read("-1"));
  refused("text.decimal", read(""));
  refused("group.member", read("0"));
  refused("group.member", read("2"));
  refused("json.range", read("9".repeat(617)));
});

test("random exponents come from the system's generator and stay below q", () => {
  const group = groupByName("Ed25519");
  const drawn = new Set(Array.from({ length: 50 }, () => randomScalar(group)));
  assert.equal(drawn.size, 50);
  assert.ok([...drawn].every((scalar) => 0n <= scalar && scalar < group.q));
});
