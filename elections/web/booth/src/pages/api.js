/**
 * What the pages ask the server (docs/web.md), with one meaning for every way of failing.
 *
 * `Unreachable`: no answer that can be understood came, so nobody knows what happened; asking again is
 * right. `Refusal`: the server said no, by a stable name and a sentence. A request that may be repeated
 * unseen is repeated twice before the elector hears of it; the cast is not, unless the server said that
 * it was too busy to begin.
 */
import { base64Decode, sha256Hex, utf8 } from "../bytes.js";
import { integer, object, string } from "../canonical.js";
import { ProtocolError } from "../errors.js";

/** @typedef {{ now: string, closing: string, last: string }} Hours the server's, RFC 3339; `last` ends the grace */
/** @typedef {{ phase: string, number: number, mayVote: boolean, signedAt: string | null, hours: Hours }} Standing */
/** @typedef {{ urn: string | null, register: string, already: boolean }} Receipts */

const TRIES = 3;
const SECOND = 1000;
/** An old line carries the largest cast in some seconds, all leaf hashes of 9,000 electors in a minute. */
const PATIENCE = { ordinary: 45, cast: 90, leaves: 600 };
const LONGEST_PAUSE = 10;

/** The answer is missing, late or not ours. `after` is set where the server asked for a pause, in seconds. */
export class Unreachable extends Error {
  /** @param {number} [after] */
  constructor(after) {
    super("no answer");
    this.name = "Unreachable";
    this.after = after;
  }
}

/** The server said no. `message` is one sentence in the language of the page. */
export class Refusal extends Error {
  /**
   * @param {string} rule
   * @param {string} message
   */
  constructor(rule, message) {
    super(message);
    this.name = "Refusal";
    this.rule = rule;
  }
}

/**
 * @typedef {object} Request
 * @property {"GET" | "POST"} [method]
 * @property {Uint8Array | string} [body]
 * @property {string} [type] of the body
 * @property {number} [patience] in seconds
 * @property {boolean} [once] not to be repeated unseen
 */

const pause = (/** @type {number} */ seconds) => new Promise((done) => setTimeout(done, seconds * SECOND));

/** The routes of one contest. */
export class Api {
  #base;
  #token;
  #fetch;
  #pause;
  /** @type {Promise<Map<string, Uint8Array>> | undefined} by digest */
  #logos;

  /**
   * @param {string} contest its uuid
   * @param {string} token that every POST carries
   * @param {{ fetch?: typeof fetch, pause?: (seconds: number) => Promise<unknown> }} [means] replaced in tests
   */
  constructor(contest, token, means = {}) {
    this.#base = `/scrutin/${contest}/`;
    this.#token = token;
    this.#fetch = means.fetch ?? fetch.bind(globalThis);
    this.#pause = means.pause ?? pause;
  }

  /** The three sealed files, in their exact bytes. */
  async files() {
    const value = await this.#ask("dossier.json");
    const bytes = (/** @type {string} */ name) => utf8(string(value[name], `dossier, ${name}`));
    return { election: bytes("election"), setup: bytes("setup"), trustees: bytes("trustees") };
  }

  /**
   * Where this elector stands.
   * @returns {Promise<Standing>}
   */
  async standing() {
    const value = await this.#ask("etat.json");
    const signedAt = value["signed_at"];
    const hour = (/** @type {string} */ name) => string(value[name], `state, ${name}`);
    return {
      phase: string(value["phase"], "state, phase"),
      number: integer(value["number"], "state, number", 1),
      mayVote: value["may_vote"] === true,
      signedAt: signedAt === null ? null : string(signedAt, "state, signed_at"),
      hours: { now: hour("now"), closing: hour("closing"), last: hour("last") },
    };
  }

  /** The elector salt, 32 bytes. */
  async salt() {
    const value = await this.#ask("sel", { method: "POST" });
    return base64Decode(value["salt"], "elector salt", 32);
  }

  /**
   * An issuer's answer to a blinded request, in Base64.
   * @param {string} issuer
   * @param {{ signature: string, z: string }} request
   * @returns {Promise<unknown>}
   */
  async token(issuer, request) {
    const body = JSON.stringify(request);
    const value = await this.#ask(`jeton/${issuer}`, { method: "POST", type: "application/json", body });
    return value["s"];
  }

  /**
   * Cast.
   * @param {Uint8Array} body of the contest's fixed length
   * @returns {Promise<Receipts>}
   */
  async cast(body) {
    const type = "application/octet-stream";
    const value = await this.#ask("bulletin", { method: "POST", type, body, patience: PATIENCE.cast, once: true });
    const { urn } = value;
    return {
      urn: urn === null ? null : string(urn, "receipt of the urn"),
      register: string(value["register"], "receipt of the register"),
      already: value["already"] === true,
    };
  }

  /** All leaf hashes, in one string of bytes, and the checkpoint they stand under. */
  async leaves() {
    const value = await this.#ask("empreintes", { patience: PATIENCE.leaves });
    return {
      checkpoint: string(value["checkpoint"], "checkpoint"),
      leaves: base64Decode(value["leaves"], "leaf hashes"),
    };
  }

  /**
   * Where a document of a candidacy lies.
   * @param {string} digest its SHA-256
   */
  address(digest) {
    return `${this.#base}piece/${digest}`;
  }

  /**
   * The bytes of a logo, refused if none came that has the digest. All are asked for at once, and once: a vote goes
   * without.
   * @param {string} digest its SHA-256
   */
  async logo(digest) {
    this.#logos ??= this.#allLogos();
    const found = (await this.#logos).get(digest);
    if (found === undefined) {
      throw new ProtocolError("setup.digest");
    }
    return found;
  }

  async #allLogos() {
    const signal = AbortSignal.timeout(PATIENCE.ordinary * SECOND);
    const response = await this.#fetch(`${this.#base}logos`, { redirect: "error", signal });
    const view = new DataView(await response.arrayBuffer());
    const found = new Map();
    for (let start = 0; start < view.byteLength; ) {
      const length = view.getUint32(start);
      const bytes = new Uint8Array(view.buffer, start + 4, length);
      found.set(sha256Hex(bytes), bytes);
      start += 4 + length;
    }
    return found;
  }

  /**
   * What checks that failed are called in the language of the page, by rule: no page carries so many sentences that
   * nobody should ever read. Empty where they do not come, or the script's own are of that language.
   * @returns {Promise<Record<string, unknown>>}
   */
  async refusals() {
    try {
      const signal = AbortSignal.timeout(PATIENCE.ordinary * SECOND);
      const response = await this.#fetch("/refus.json", { redirect: "error", signal });
      return object(await response.json(), "refusals");
    } catch {
      return {};
    }
  }

  /**
   * @param {string} path
   * @param {Request} [request]
   */
  async #ask(path, request = {}) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#askOnce(path, request);
      } catch (error) {
        const again = error instanceof Unreachable && (request.once !== true || error.after !== undefined);
        if (!again || attempt === TRIES) {
          throw error;
        }
        await this.#pause(error.after ?? attempt);
      }
    }
  }

  /**
   * @param {string} path
   * @param {Request} request
   */
  async #askOnce(path, { method = "GET", body, type, patience = PATIENCE.ordinary }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (method === "POST") {
      headers["X-CSRFToken"] = this.#token;
    }
    if (type !== undefined) {
      headers["Content-Type"] = type;
    }
    let response;
    let value;
    try {
      const signal = AbortSignal.timeout(patience * SECOND);
      const content = /** @type {BodyInit | null} */ (body ?? null);
      response = await this.#fetch(this.#base + path, { method, headers, body: content, signal, redirect: "error" });
      value = response.status < 500 ? await response.json() : undefined;
    } catch {
      throw new Unreachable();
    }
    if (value === undefined) {
      throw new Unreachable(pauseOf(response));
    }
    if (!response.ok) {
      const { error, message } = object(value, "refusal");
      throw new Refusal(string(error, "refusal, error"), string(message, "refusal, message"));
    }
    return object(value, path);
  }
}

/**
 * The pause that a server asks for, in seconds, within reason.
 * @param {Response} response
 */
function pauseOf(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 1), LONGEST_PAUSE);
}

/** @type {Record<string, "expired" | "closed" | "interrupted">} */
const KINDS = {
  "web.session": "expired",
  "web.csrf": "expired",
  "web.phase": "closed",
  "registry.phase": "closed",
  "registry.hour": "closed",
  "issuer.phase": "closed",
  "urn.phase": "closed",
  "urn.finished": "closed",
  "registry.attempt": "interrupted",
  "casting.busy": "interrupted",
  "urn.void": "interrupted",
};

/**
 * Why something did not work, as the pages tell it apart: nobody is signed in, not in this phase, worth
 * another try, or everything else, a failed check above all.
 * @param {unknown} error
 */
export function kindOf(error) {
  if (error instanceof Unreachable) {
    return "interrupted";
  }
  return (error instanceof Refusal && KINDS[error.rule]) || "alarm";
}
