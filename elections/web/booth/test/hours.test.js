/** Hours in Paris and beside it, in both languages, in winter and in summer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownHour, parisHour } from "../src/pages/hours.js";

const plain = (/** @type {string | undefined} */ text) => text?.replace(/[\u00a0\u202f]/g, " ");

test("Paris is said in the page's language, with its winter and its summer", () => {
  assert.match(parisHour("2026-02-12T15:00:00Z", "fr"), /jeudi 12 février 2026.*16:00:00/);
  assert.match(parisHour("2026-07-12T14:00:00Z", "en"), /12 July 2026.*16:00:00/);
});

test("who is elsewhere sees her own day and hour", () => {
  assert.equal(plain(ownHour("2026-02-12T15:00:00Z", "fr", "Pacific/Noumea")), "vendredi 13 février à 02:00");
  assert.equal(plain(ownHour("2026-02-12T15:00:00Z", "en", "Indian/Reunion")), "Thursday 12 February at 19:00");
});

test("a clock that shows what Paris shows is not repeated, whatever its zone is called", () => {
  for (const zone of ["Europe/Paris", "Europe/Berlin"]) {
    assert.equal(ownHour("2026-02-12T15:00:00Z", "fr", zone), undefined);
  }
  assert.equal(ownHour("2026-07-12T15:00:00Z", "fr", "Africa/Algiers") === undefined, false);
  assert.equal(ownHour("2026-02-12T15:00:00Z", "fr", "Africa/Algiers"), undefined);
});

test("a day of the law has no hour elsewhere", () => {
  assert.equal(ownHour("2026-02-12", "fr", "Pacific/Noumea"), undefined);
});
