/**
 * What the browser checks before it offers a vote (protocol.md §3 and §6): three files, one chain.
 *
 * φ is computed from the bytes of the election record, the record names SHA-256 of setup.json,
 * setup.json names SHA-256 of trustees.json, and the trustees' keys give the public key. The record
 * must be, byte for byte, the one computed from setup.json. What the page shows and encrypts comes
 * from these files alone.
 */
import { parseElection } from "./ballot.js";
import { decodeUtf8, sha256Hex } from "./bytes.js";
import { array, compact, integer, object, parseCanonical, parseCompact, string } from "./canonical.js";
import { ProtocolError } from "./errors.js";
import { parseIssuer } from "./token.js";

/** @typedef {import("./ballot.js").Election} Election */
/** @typedef {import("./ballot.js").Question} Question */
/** @typedef {import("./group.js").Group} Group */
/** @typedef {import("./group.js").Element} Element */
/** @typedef {import("./token.js").Issuer} Issuer */

/** @typedef {{ titular: string, substitute: string | null }} Ticket */
/** @typedef {{ id: string, title: string, names: Ticket[] }} Candidacy */

/**
 * setup.json, as far as the browser uses it (contracts.md).
 * @typedef {object} Setup
 * @property {{ title: string, uuid: string }} election
 * @property {{ college: string, title: string, uuid: string }} contest
 * @property {Record<string, string>} booth SHA-256 of every file of the booth; documents of candidacies among them
 * @property {Candidacy[]} candidacies in the order electors see
 * @property {{ method: string, seats: number }} rule
 * @property {Issuer[]} issuers
 * @property {{ key: string, name: string }} urn
 * @property {string} recordKey
 * @property {string} trustees SHA-256 of trustees.json
 */

/**
 * What a ballot page is made from: a set-up that was sealed, or one in preparation.
 * @typedef {object} Draft
 * @property {Record<string, string>} booth
 * @property {Candidacy[]} candidacies
 * @property {{ title: string }} contest
 * @property {{ method: string, seats: number }} rule
 */

/** Methods under which electors choose a list; under the others they choose tickets. */
const LISTS = new Set(["largest_remainder", "highest_average"]);

/**
 * Check the three files of a contest against each other.
 * @param {{ election: Uint8Array, setup: Uint8Array, trustees: Uint8Array }} files their exact bytes
 * @returns {{ election: Election, setup: Setup }}
 */
export function openContest(files) {
  const election = parseElection(files.election);
  const sealed = `setup sha256:${sha256Hex(files.setup)}`;
  if (election.description.split("\n").at(-1) !== sealed) {
    throw new ProtocolError("setup.digest");
  }
  const setup = parseSetup(files.setup);
  if (electionRecord(setup, sealed, election) !== decodeUtf8(files.election, "election")) {
    throw new ProtocolError("setup.election");
  }
  if (sha256Hex(files.trustees) !== setup.trustees) {
    throw new ProtocolError("setup.trustees");
  }
  const key = productKey(election.group, files.trustees);
  if (key.text !== election.publicKey.element.text || key.text === election.group.identity.text) {
    throw new ProtocolError("setup.key");
  }
  return { election, setup };
}

/**
 * @param {Uint8Array} data
 * @returns {Setup}
 */
function parseSetup(data) {
  const what = "setup.json";
  const value = object(parseCanonical(data, what), what);
  string(value["format"], `${what}, format`, /^isoloir-setup-1$/);
  const texts = (/** @type {string} */ key, /** @type {string[]} */ ...names) => {
    const part = object(value[key], `${what}, ${key}`);
    return Object.fromEntries(names.map((name) => [name, string(part[name], `${what}, ${key}, ${name}`)]));
  };
  const rule = object(value["rule"], `${what}, rule`);
  const issuers = array(value["issuers"], `${what}, issuers`).map(parseIssuer);
  const distinct = Math.min(new Set(issuers.map(({ id }) => id)).size, new Set(issuers.map(({ n }) => n)).size);
  if (issuers.length === 0 || distinct < issuers.length) {
    throw new ProtocolError("setup.issuers");
  }
  return /** @type {Setup} */ ({
    election: texts("election", "title", "uuid"),
    contest: texts("contest", "college", "title", "uuid"),
    booth: object(value["booth"], `${what}, booth`),
    candidacies: array(value["candidacies"], `${what}, candidacies`).map(parseCandidacy),
    rule: {
      method: string(rule["method"], `${what}, rule, method`),
      seats: integer(rule["seats"], `${what}, rule, seats`, 1),
    },
    issuers,
    urn: texts("urn", "key", "name"),
    recordKey: string(value["record_key"], `${what}, record_key`),
    trustees: string(value["trustees"], `${what}, trustees`),
  });
}

/**
 * @param {any} value
 * @returns {Candidacy}
 */
function parseCandidacy(value) {
  const what = "setup.json, candidacies";
  const { id, title, names } = object(value, what);
  return {
    id: string(id, what),
    title: string(title, what),
    names: array(names, what).map((name) => ({
      titular: string(object(name, what)["titular"], what),
      substitute: name["substitute"] === null ? null : string(name["substitute"], what),
    })),
  };
}

/**
 * The question as computed from the set-up (protocol.md §3).
 * @param {Draft} setup
 * @returns {Question}
 */
export function questionOf({ candidacies, contest, rule }) {
  return {
    answers: candidacies.map(({ title, names }) => (LISTS.has(rule.method) ? title : soleTicket(names))),
    blank: true,
    min: 1,
    max: rule.method === "block" ? Math.min(rule.seats, candidacies.length) : 1,
    question: contest.title,
  };
}

/**
 * The documents of a candidacy that were sealed: by kind, `logo` and `statement`, their SHA-256.
 * @param {Pick<Setup, "booth">} setup
 * @param {string} id of the candidacy
 * @returns {Record<string, string>}
 */
export function documentsOf({ booth }, id) {
  const path = `candidacies/${id}/`;
  const mine = Object.entries(booth).filter(([name]) => name.startsWith(path));
  return Object.fromEntries(mine.map(([name, digest]) => [name.slice(path.length).replace(/\..*/, ""), digest]));
}

/**
 * @param {Ticket[]} names
 */
function soleTicket([name]) {
  if (name === undefined) {
    throw new ProtocolError("setup.candidacies");
  }
  return ticketText(name);
}

/**
 * `NOM Prénom (suppléant : NOM Prénom)`.
 * @param {Ticket} name
 */
export const ticketText = ({ titular, substitute }) =>
  substitute === null ? titular : `${titular} (suppléant : ${substitute})`;

/**
 * The election record that belongs to a set-up, the group and the key.
 * @param {Setup} setup
 * @param {string} sealed the description's last line
 * @param {Election} election
 */
function electionRecord(setup, sealed, { group, publicKey }) {
  return compact({
    version: 1,
    description: `${setup.contest.college}\n${sealed}`,
    name: setup.election.title,
    group: group.name,
    public_key: publicKey.element.text,
    questions: [questionOf(setup)],
    uuid: setup.contest.uuid,
  });
}

/**
 * The product of the keys of trustees.json: a single trustee's own, a Pedersen group's first
 * coefficients (belenios-format.md §1.5).
 * @param {Group} group
 * @param {Uint8Array} trustees
 * @returns {Element}
 */
function productKey(group, trustees) {
  const what = "trustees.json";
  const keys = array(parseCompact(trustees, what), what).flatMap((entry) => {
    const [kind, item] = array(entry, what);
    if (kind === "Single") {
      return [object(item, what)["public_key"]];
    }
    if (kind !== "Pedersen") {
      throw new ProtocolError("json.type", { what, expected: "Single or Pedersen" });
    }
    return array(object(item, what)["coefexps"], what).map((signed) => {
      const message = string(object(signed, what)["message"], what);
      const { coefexps } = object(parseCompact(message, what), what);
      return array(coefexps, what)[0];
    });
  });
  return keys.map((key) => group.element(key, what)).reduce((product, key) => product.times(key), group.identity);
}
