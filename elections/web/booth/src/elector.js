/**
 * One elector in one contest: what her device knows between the voting code and the receipts
 * (protocol.md §4–6). The browser's half of elections/elector.py.
 *
 * Everything but the ballot is derived, so a second device, or this one after a reload, gets the same
 * credential and the same tokens. All of it lives in this object and goes when the page drops it.
 */
import { choiceCount, makeBallot, tracker } from "./ballot.js";
import { base64, base64Decode, hex } from "./bytes.js";
import { writeChallenge } from "./challenge.js";
import {
  blinding,
  contestSeed,
  credentialScalar,
  pssSalt,
  readCode,
  signRegister,
  signRequest,
  votingKeys,
} from "./code.js";
import { ProtocolError } from "./errors.js";
import { leafHash } from "./log.js";
import { checkRegisterReceipt, checkUrnReceipt } from "./receipt.js";
import { castBody, castLength, entry } from "./request.js";
import { Blinded, tokenMessage } from "./token.js";

/** @typedef {import("./ballot.js").Question} Question */
/** @typedef {{ election: import("./ballot.js").Election, setup: import("./setup.js").Setup }} Contest as `openContest` gives it */
/** @typedef {import("./ballot.js").Made & { tracker: string, vote: number[] }} MadeBallot it can still be opened */
/** @typedef {{ body: Uint8Array, tracker: string, leaf: string }} Prepared a casting request; `leaf` is the leaf hash */

const LENGTH = 20;

/**
 * The code parts in what somebody typed: one code, or one of each issuer, in order. Whatever separates
 * groups of symbols on paper may separate them here.
 * @param {string} typed
 * @param {number} issuers how many there are
 * @returns {string[]} as `votingKeys` takes them
 */
export function readCodes(typed, issuers) {
  const symbols = typed.replace(/[\s\p{Dash}]/gu, "");
  const parts = symbols.length === issuers * LENGTH ? symbols.match(/.{20}/gs) : null;
  return (parts ?? [symbols]).map(readCode);
}

/**
 * The choices of a vote: one 0 or 1 each, blank first.
 * @param {Question} question
 * @param {number[]} places of the candidacies chosen, from 1; 0 is blank
 */
export function voteOf(question, places) {
  const first = question.blank ? 0 : 1;
  return Array.from({ length: choiceCount(question) }, (_, index) => Number(places.includes(index + first)));
}

export class Elector {
  #contest;
  #number;
  #keys;
  #seed;
  #secret;
  /** @type {Map<string, Blinded>} */
  #blinded = new Map();
  /** @type {Map<string, Uint8Array>} */
  #tokens = new Map();

  /**
   * @param {Contest} contest
   * @param {string[]} parts of the voting code, as `readCodes` gives them
   * @param {number} number the elector's
   * @param {Uint8Array} salt the elector salt, 32 bytes
   */
  constructor(contest, parts, number, salt) {
    const { election, setup } = contest;
    const issuers = setup.issuers.map(({ id }) => id);
    this.#contest = contest;
    this.#number = number;
    this.#keys = votingKeys(parts, setup.election.uuid, number, issuers);
    this.#seed = contestSeed(this.#keys.key, salt, setup.contest.uuid);
    this.#secret = credentialScalar(this.#seed, election.group.q);
  }

  /** The issuers whose token is not there yet, in the order of setup.json. */
  get missing() {
    return this.#contest.setup.issuers.filter(({ id }) => !this.#tokens.has(id));
  }

  /**
   * What to ask an issuer: the same bytes every time.
   * @param {import("./token.js").Issuer} issuer
   * @returns {{ signature: string, z: string }} in Base64
   */
  request(issuer) {
    const { election } = this.#contest;
    const { id, n } = issuer;
    const message = tokenMessage(id, election.fingerprint, election.group.powerG(this.#secret).text);
    const blinded = new Blinded(issuer, message, blinding(this.#seed, id, n), pssSalt(this.#seed, id));
    this.#blinded.set(id, blinded);
    const seed = /** @type {Uint8Array} */ (this.#keys.requests.get(id));
    const signature = signRequest(seed, id, election.fingerprint, this.#number, blinded.z);
    return { signature, z: base64(blinded.z) };
  }

  /**
   * Take an issuer's answer to the request made last; refused unless it gives the token.
   * @param {string} issuer
   * @param {unknown} answer s in Base64
   */
  accept(issuer, answer) {
    const blinded = this.#blinded.get(issuer);
    if (blinded === undefined) {
      throw new ProtocolError("token.answer", { issuer });
    }
    this.#tokens.set(issuer, blinded.finish(base64Decode(answer, `issuer ${issuer}`, blinded.length)));
  }

  /**
   * A fresh ballot, with its randomness: whoever holds it must drop it before the ballot is sent.
   * @param {number[]} vote
   * @returns {MadeBallot}
   */
  ballot(vote) {
    const made = makeBallot(this.#contest.election, this.#secret, [vote]);
    return { ...made, tracker: tracker(made.raw), vote };
  }

  /**
   * The challenge file of a ballot, which must not be cast any more.
   * @param {MadeBallot} ballot
   */
  challenge(ballot) {
    return writeChallenge(this.#contest.election, ballot, [ballot.vote]);
  }

  /**
   * The casting request for a ballot, once every token is there; nothing of its randomness is in it.
   * @param {MadeBallot} ballot
   * @returns {Prepared}
   */
  prepare({ raw, tracker: text }) {
    const { election, setup } = this.#contest;
    const tokens = setup.issuers.map(({ id }) => {
      const signature = this.#tokens.get(id);
      if (signature === undefined) {
        throw new ProtocolError("token.answer", { issuer: id });
      }
      return { issuer: id, signature };
    });
    const signature = signRegister(this.#keys.register, election.fingerprint, this.#number);
    const body = castBody({ ballot: raw, signature, tokens }, castLength(election, setup));
    return { body, tracker: text, leaf: hex(leafHash(entry(raw, tokens))) };
  }

  /**
   * Refuse unless the urn signed for this very ballot.
   * @param {string} note
   * @param {Prepared} sent
   */
  checkUrn(note, { tracker: text, leaf }) {
    const { election, setup } = this.#contest;
    const { uuid: contest } = setup.contest;
    checkUrnReceipt(note, setup.urn.key, { contest, fingerprint: election.fingerprint, tracker: text, leaf });
  }

  /**
   * Refuse unless the register signed that this elector has voted.
   * @param {string} note
   * @returns {string} the hour, RFC 3339 in UTC
   */
  checkRegister(note) {
    const { setup } = this.#contest;
    return checkRegisterReceipt(note, setup.recordKey, { contest: setup.contest.uuid, number: this.#number });
  }
}
