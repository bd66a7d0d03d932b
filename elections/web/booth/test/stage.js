/**
 * A page and a server for the tests of the pages, both in memory.
 *
 * The server keeps to docs/web.md and to protocol.md §6, with the contests and keys of known.json. Its line can
 * be cut before a request arrives or after it was answered.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { invert } from "@noble/curves/abstract/modular.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import assert from "node:assert/strict";
import { tracker } from "../src/ballot.js";
import { base64, base64Decode, hex, hexDecode, toBytes, toInteger, utf8 } from "../src/bytes.js";
import { checkSymbol, publicHex, votingKeys } from "../src/code.js";
import { RULES } from "../src/errors.js";
import { leafHash, root } from "../src/log.js";
import { parseKey } from "../src/note.js";
import { entry } from "../src/request.js";
import { openContest } from "../src/setup.js";
import { Api } from "../src/pages/api.js";
import { Vote } from "../src/pages/vote.js";
import { known } from "./shared.js";

/** @typedef {import("../src/pages/page.js").Page} Page */

const SECRET = "0123456789ABCDEFGHJ";
export const CODE = SECRET + checkSymbol(SECRET);
export const FOREIGN = `ZZZZZZZZZZZZZZZZZZZ${checkSymbol("Z".repeat(19))}`;
export const NUMBER = 1042;
const URN_SEED = new Uint8Array(32);

/** A page that remembers what it was told, and can be clicked. */
export class FakePage {
  /** @type {string[]} */
  stages = [];
  /** @type {Record<string, string | string[]>} */
  fills = {};
  /** @type {Record<string, string>} */
  links = {};
  /** @type {Record<string, string>} */
  codes = {};
  /** @type {Record<string, boolean>} */
  conditions = {};
  /** What sentences were last asked for with. @type {Record<string, any>} */
  values = {};
  /** @type {string[]} */
  wrong = [];
  /** @type {string[]} */
  heard = [];
  /** @type {import("../src/pages/page.js").Option[]} */
  offered = [];
  /** @type {{ name: string, text: string } | undefined} */
  saved;
  facts = { contest: known.contest, check: `/scrutin/${known.contest}/controle` };
  /** @type {Record<string, (given: any) => any>} */
  #handlers = {};

  get stage() {
    return this.stages.at(-1);
  }
  show(/** @type {string} */ name) {
    this.stages.push(name);
  }
  fill(/** @type {string} */ name, /** @type {string | string[]} */ value) {
    this.fills[name] = value;
    if (name === "progress") {
      this.heard.push(`${value}`);
    }
  }
  when(/** @type {string} */ condition, /** @type {boolean} */ holds) {
    this.conditions[condition] = holds;
  }
  sentence(/** @type {string} */ name, /** @type {any} */ values = {}) {
    this.values[name] = values;
    return name;
  }
  fillHour(/** @type {string} */ name, /** @type {string} */ hour) {
    this.fills[name] = hour;
  }
  hour(/** @type {string} */ hour) {
    return hour;
  }
  onAction(/** @type {string} */ name, /** @type {() => any} */ handler) {
    this.#handlers[name] = handler;
  }
  onForm(/** @type {string} */ name, /** @type {(data: FormData) => any} */ handler) {
    this.#handlers[name] = handler;
  }
  onFile(/** @type {string} */ name, /** @type {(text: string) => any} */ handler) {
    this.#handlers[name] = handler;
  }
  errors(/** @type {string} */ form, /** @type {import("../src/pages/page.js").FormError[]} */ errors) {
    this.wrong = errors.map(({ field, sentence }) => `${form} ${field} ${sentence}`);
  }
  reset() {}
  milliseconds = 0;
  elapsed() {
    return this.milliseconds;
  }
  every(/** @type {number} */ _, /** @type {() => any} */ handler) {
    this.#handlers["every"] = handler;
  }
  onReturn(/** @type {() => any} */ handler) {
    this.#handlers["return"] = handler;
  }
  enter(/** @type {string} */ field, /** @type {string} */ text) {
    this.fills[field] = text;
  }
  offer(/** @type {import("../src/pages/page.js").Option[]} */ options) {
    this.offered = options;
  }
  link(/** @type {string} */ name, /** @type {string} */ address) {
    this.links[name] = address;
  }
  draw(/** @type {string} */ name, /** @type {string} */ address) {
    this.codes[name] = address;
  }
  save(/** @type {string} */ name, /** @type {string} */ text) {
    this.saved = { name, text };
  }
  print() {}
  /** Whether leaving would lose something. */
  held = false;
  hold(/** @type {boolean} */ unfinished) {
    this.held = unfinished;
  }
  reload() {
    this.stages.push("reloaded");
  }
  async breathe() {}

  /** @param {string} name of a button */
  click(name) {
    return this.#handlers[name]?.(undefined);
  }

  /**
   * @param {string} form
   * @param {[string, string][]} values
   */
  submit(form, ...values) {
    const data = new FormData();
    values.forEach(([name, value]) => data.append(name, value));
    this.wrong = [];
    return this.#handlers[form]?.(data);
  }

  /**
   * @param {string} field
   * @param {string} text
   */
  open(field, text) {
    return this.#handlers[field]?.(text);
  }

  /** Itself, as the controllers know pages. */
  get page() {
    return /** @type {Page} */ (/** @type {unknown} */ (this));
  }
}

/**
 * @param {bigint} base
 * @param {bigint} exponent
 * @param {bigint} n
 */
function power(base, exponent, n) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === "1") {
      result = (result * base) % n;
    }
  }
  return result;
}

/** A refusal as the server sends it. */
class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} rule
   */
  constructor(status, rule) {
    super(rule);
    this.status = status;
  }
}

export class FakeServer {
  phase = "open";
  now = "2026-02-03T10:00:00Z";
  closing = "2026-02-07T15:00:00Z";
  last = "2026-02-07T15:30:00Z";
  signedIn = true;
  /** @type {string | null} */
  signedAt = null;
  /** @type {{ tracker: string, leaf: Uint8Array } | undefined} what is in the urn */
  recorded;
  /** @type {Uint8Array[]} published leaf hashes */
  log = [];
  /** @type {string[]} */
  asked = [];
  /** @type {Uint8Array[]} */
  casts = [];
  /** @type {Set<string>} */
  blinded = new Set();
  /** Answers to spoil: by the last part of the path, an edit of the value. @type {Record<string, (value: any) => void>} */
  spoil = {};
  /** Cut the line, by the last part of the path: "before" it arrives, or "after" it was done. @type {Record<string, "before" | "after">} */
  cut = {};
  /** Refusals by the last part of the path. @type {Record<string, { error: string, message: string }>} */
  refusals = {};

  /** @param {any} files one of known.contests */
  constructor(files = known.contests[0]) {
    this.files = { election: files.election, setup: files.setup, trustees: files.trustees };
    const bytes = Object.fromEntries(Object.entries(this.files).map(([name, text]) => [name, utf8(text)]));
    this.contest = openContest(/** @type {any} */ (bytes));
    const keys = votingKeys([SECRET], known.election, NUMBER, ["etat"]);
    this.requestKey = publicHex(/** @type {Uint8Array} */ (keys.requests.get("etat")));
    this.api = new Api(known.contest, "token", {
      fetch: (path, init) => this.#answer(String(path), init ?? {}),
      pause: async () => undefined,
    });
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #answer(path, { method = "GET", headers = {}, body }) {
    const name = String(path.split("/").at(-1));
    this.asked.push(name);
    if (this.cut[name] === "before") {
      throw new TypeError("connection lost");
    }
    const refusal = this.refusals[name];
    if (refusal !== undefined) {
      return new Response(JSON.stringify(refusal), { status: 409 });
    }
    const respond = (/** @type {number} */ status, /** @type {any} */ value) => {
      this.spoil[name]?.(value);
      return new Response(JSON.stringify(value), { status });
    };
    try {
      if (method === "POST" && /** @type {any} */ (headers)["X-CSRFToken"] !== "token") {
        throw new Refused(400, "web.csrf");
      }
      const value = this.#do(name, body);
      if (this.cut[name] === "after") {
        throw new TypeError("connection lost");
      }
      return respond(200, value);
    } catch (error) {
      if (error instanceof Refused) {
        return respond(error.status, { error: error.message, message: `the server: ${error.message}` });
      }
      throw error;
    }
  }

  /**
   * @param {string} name
   * @param {any} body
   */
  #do(name, body) {
    if (name === "dossier.json") {
      return { ...this.files };
    }
    if (name === "refus.json") {
      return Object.fromEntries(Object.keys(RULES).map((rule) => [rule, rule]));
    }
    if (!this.signedIn) {
      throw new Refused(401, "web.session");
    }
    const voting = this.phase === "open" || this.phase === "closing";
    if (["sel", "etat"].includes(name) && !voting) {
      throw new Refused(409, "registry.phase");
    }
    switch (name) {
      case "etat.json":
        return {
          ...{ closing: this.closing, last: this.last, now: this.now, number: NUMBER, phase: this.phase },
          ...{ may_vote: voting && this.signedAt === null, signed_at: this.signedAt },
        };
      case "sel":
        return { salt: base64(hexDecode(known.elector_salt, "salt")) };
      case "etat":
        return { s: this.#sign(JSON.parse(body)) };
      case "bulletin":
        return this.#cast(body, voting);
      case "empreintes":
        return { checkpoint: this.#checkpoint(), leaves: base64(concatBytes(...this.log)) };
      default:
        throw new Refused(404, "web.missing");
    }
  }

  /** @param {{ signature: string, z: string }} request */
  #sign({ signature, z }) {
    const blinded = base64Decode(z, "z", 384);
    const { fingerprint } = this.contest.election;
    const digest = hex(sha256(blinded));
    const text = utf8(`isoloir|request|etat|${fingerprint}|${NUMBER}|${digest}`);
    if (!ed25519.verify(base64Decode(signature, "signature"), text, hexDecode(this.requestKey, "key"))) {
      throw new Refused(400, "ed25519.signature");
    }
    this.blinded.add(z);
    if (this.blinded.size > 1) {
      throw new Refused(409, "issuer.second");
    }
    const { p, q } = known.issuer_key;
    const [first, second] = [p, q].map((prime) => toInteger(base64Decode(prime, "prime")));
    const [left, right] = /** @type {[bigint, bigint]} */ ([first, second]);
    const d = invert(65537n, (left - 1n) * (right - 1n));
    return base64(toBytes(power(toInteger(blinded), d, left * right), 384));
  }

  /**
   * @param {Uint8Array} body
   * @param {boolean} voting
   */
  #cast(body, voting) {
    this.casts.push(body);
    const already = this.signedAt !== null;
    const { ballot, tokens } = JSON.parse(Buffer.from(body).toString());
    const raw = utf8(ballot);
    const decoded = tokens.map((/** @type {any} */ token) => ({ ...token, signature: base64Decode(token.signature, "token") }));
    const leaf = leafHash(entry(raw, decoded));
    if (!already) {
      if (!voting) {
        throw new Refused(409, "registry.phase");
      }
      this.recorded = { tracker: tracker(raw), leaf };
      this.signedAt = "2026-02-03T10:20:30Z";
    }
    const { fingerprint } = this.contest.election;
    const mine = this.recorded?.tracker === tracker(raw);
    const receipt = `isoloir.receipt/1\n${known.contest}\n${fingerprint}\n${tracker(raw)}\n${hex(leaf)}\n`;
    return {
      already,
      hour: this.signedAt,
      register: sign(`isoloir.signature/1\n${known.contest}\n${NUMBER}\n${this.signedAt}\n`),
      urn: mine ? sign(receipt) : null,
    };
  }

  #checkpoint() {
    return sign(`urne-1/${known.contest}\n${this.log.length}\n${base64(root(this.log))}\n`);
  }
}

/**
 * A note under the key of urn and record in known.json's contests.
 * @param {string} text
 */
export function sign(text) {
  const { name, id } = parseKey(known.notes.urn_key, "key");
  return `${text}\n— ${name} ${base64(concatBytes(hexDecode(id, "id", 4), ed25519.sign(utf8(text), URN_SEED)))}\n`;
}

/**
 * A booth at its first stage.
 * @param {any} [files] one of known.contests
 */
export async function begin(files) {
  const server = new FakeServer(files);
  return { server, page: await enter(server) };
}

/**
 * Another tab, or the same one after a reload.
 * @param {FakeServer} server
 */
export async function enter(server) {
  const page = new FakePage();
  await new Vote(page.page, server.api).start();
  return page;
}

/**
 * Take the elector's next step, whichever it is.
 * @param {FakePage} page
 */
export async function goOn(page, choice = "1") {
  switch (page.stage) {
    case "choice":
      return page.submit("choice", ["choice", choice]);
    case "code":
      return page.submit("code", ["code", CODE]);
    case "review":
      return page.click("cast");
  }
}

/**
 * A booth as far as the review.
 * @param {any} [files]
 */
export async function beginReviewed(files, choice = "1") {
  const booth = await begin(files);
  await goOn(booth.page, choice);
  await goOn(booth.page);
  assert.equal(booth.page.stage, "review", String(booth.page.fills["detail"]));
  return booth;
}

/**
 * The text of the ballot in a casting request.
 * @param {Uint8Array | undefined} body
 * @returns {string}
 */
export const ballotOf = (body) => JSON.parse(Buffer.from(body ?? []).toString()).ballot;
