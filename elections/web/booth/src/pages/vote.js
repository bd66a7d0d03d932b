/**
 * The booth: from the sealed files to the two receipts (docs/web.md, protocol.md §4–8).
 *
 * What is shown and encrypted comes from files that were checked here; tracker and leaf hash are
 * computed here and compared with what comes back. Secrets live in this object's fields, and are
 * dropped as soon as the vote is recorded or the session is over. A step that got no answer is taken again from where
 * it stopped, with the same ballot: the server answers a repeated cast from what is recorded.
 *
 * A ballot is either opened or cast: either takes it out of `#ballot`, its randomness with it.
 */
import { Elector, readCodes, voteOf } from "../elector.js";
import { ProtocolError } from "../errors.js";
import { openContest } from "../setup.js";
import { Refusal, Unreachable, kindOf } from "./api.js";
import { offer } from "./choice.js";
import { Controller } from "./controller.js";
import { Deadline } from "./deadline.js";
import { challengeName, fragmentOf, receiptsFile, receiptsName } from "./receipts.js";

/** @typedef {import("../ballot.js").Question} Question */
/** @typedef {import("../elector.js").Contest} Contest */
/** @typedef {import("../elector.js").MadeBallot} MadeBallot */
/** @typedef {import("../elector.js").Prepared} Prepared */

/** The page of the vote. */
export class Vote extends Controller {
  #deadline = new Deadline(this.page);
  /** @type {() => Promise<void>} what to do once the server answers again */
  #resume = () => this.#enter();
  /** @type {Contest | undefined} */
  #contest;
  #number = 0;
  /** @type {number[]} */
  #places = [];
  /** @type {string[]} */
  #parts = [];
  /** @type {Elector | undefined} */
  #elector;
  /** @type {MadeBallot | undefined} neither opened nor sent */
  #ballot;
  /** @type {Prepared | undefined} set once it may have left this device */
  #sent;
  #receipts = "";
  /** The challenge file of the ballot that was opened last. */
  #opened = "";

  /**
   * Begin.
   * @param {string} [code] the voting code, where a link has brought it
   */
  async start(code) {
    const page = this.page;
    page.onForm("choice", (data) => this.run(() => this.#choose(data.getAll("choice").map(Number))));
    page.onForm("code", (data) => this.run(() => this.#identify(String(data.get("code") ?? ""))));
    page.onAction("back", () => this.run(() => this.#change()));
    page.onAction("change", () => this.run(() => this.#change()));
    page.onAction("cast", () => this.run(() => this.#cast()));
    page.onAction("challenge", () => this.run(() => this.#challenge()));
    page.onAction("renew", () => this.run(() => this.#prepare()));
    page.onAction("save-challenge", () => page.save(challengeName(this.#files.setup.contest.uuid), this.#opened));
    page.onAction("retry", () => this.run(() => this.#again()));
    page.onAction("print", () => page.print());
    page.onReturn(() => this.#look());
    page.onAction("save-receipts", () => page.save(receiptsName(this.#files.setup.contest.uuid), this.#receipts));
    if (code !== undefined) {
      page.enter("code", code);
    }
    await this.run(() => this.#enter());
  }

  /** Check the files, learn where this elector stands, and offer the choices. */
  async #enter() {
    this.#resume = () => this.#enter();
    this.progress("loading", "progress.files");
    const { facts } = this.page;
    const [files] = await Promise.all([this.api.files(), this.page.breathe()]);
    const contest = openContest(files);
    if (contest.setup.contest.uuid !== facts["contest"]) {
      throw new ProtocolError("setup.election");
    }
    this.#contest = contest;
    if (await this.#mayGoOn()) {
      this.#offer();
    }
  }

  /** The contest once it was checked. */
  get #files() {
    if (this.#contest === undefined) {
      throw new Error("the files were not checked yet");
    }
    return this.#contest;
  }

  get #question() {
    return /** @type {Question} */ (this.#files.election.questions[0]);
  }

  /**
   * Ask the server where this elector stands; where there is nothing to go on with, show why.
   * A ballot that was sent goes on after the signature too: its receipts are still to be had.
   */
  async #mayGoOn() {
    const page = this.page;
    const { number, mayVote, phase, signedAt, hours } = await this.api.standing();
    this.#number = number;
    this.#deadline.set(hours);
    if (mayVote || (signedAt !== null && this.#sent !== undefined)) {
      return true;
    }
    if (signedAt !== null) {
      this.#recorded(signedAt);
    } else {
      // Between the hour and the act that follows it, the contest is still called open.
      const state = phase === "open" && this.#deadline.late ? "closing" : phase;
      this.#forget();
      page.fill("phase", page.sentence(`phase.${state}`) ?? state);
      page.show("closed");
    }
    return false;
  }

  /** Look at the server's clock again, as long as there is something to be done in time. */
  async #look() {
    if (!this.#deadline.runs) {
      return;
    }
    try {
      const { hours } = await this.api.standing();
      if (this.#deadline.runs) {
        this.#deadline.set(hours);
      }
    } catch {
      // Whatever is wrong, her next step tells it.
    }
  }

  #offer() {
    offer(this.page, this.api, this.#files.setup);
  }

  /** @param {number[]} places of the candidacies chosen, from 1; 0 is blank */
  async #choose(places) {
    const { max } = this.#question;
    const wrong =
      (places.length === 0 && "choice.none") ||
      (places.length > 1 && places.includes(0) && "choice.blank-and-more") ||
      (places.length > max && "choice.too-many");
    if (wrong) {
      this.wrong("choice", "choice", wrong, { max });
      return;
    }
    this.#places = places;
    this.page.hold(true); // a choice is stored nowhere: another language, or any link, would lose it
    if (this.#elector === undefined) {
      this.page.show("code");
    } else {
      await this.#prepare();
    }
  }

  /**
   * A mistyped code is told here, before anything is sent.
   * @param {string} typed
   */
  async #identify(typed) {
    try {
      this.#parts = readCodes(typed, this.#files.setup.issuers.length);
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
      this.wrong("code", "code", error.rule, error.values);
      return;
    }
    this.page.reset("code");
    await this.#prepare();
  }

  /** Keys, ballot, tokens: whatever of them is not there yet. */
  async #prepare() {
    this.#resume = () => this.#prepare();
    const page = this.page;
    this.#opens("");
    this.progress("working", "progress.key");
    if (this.#elector === undefined) {
      const [salt] = await Promise.all([this.api.salt(), page.breathe()]);
      this.#elector = new Elector(this.#files, this.#parts, this.#number, salt);
      this.#parts = [];
    }
    const elector = this.#elector;
    if (this.#ballot === undefined) {
      this.say("progress.ballot");
      await page.breathe();
      const start = performance.now();
      this.#ballot = elector.ballot(voteOf(this.#question, this.#places));
      performance.measure("ballot", { start });
    }
    for (const issuer of elector.missing) {
      this.say("progress.token");
      const request = elector.request(issuer);
      elector.accept(issuer.id, await this.#token(issuer.id, request));
    }
    const { answers } = this.#question;
    const chosen = this.#places.map((place) => (place === 0 ? (page.sentence("blank") ?? "") : (answers[place - 1] ?? "")));
    page.fill("choices", chosen);
    page.fill("tracker", this.#ballot.tracker);
    page.show("review");
  }

  /**
   * @param {string} issuer
   * @param {{ signature: string, z: string }} request
   */
  async #token(issuer, request) {
    try {
      return await this.api.token(issuer, request);
    } catch (error) {
      if (error instanceof Refusal && error.rule === "ed25519.signature") {
        throw new ForeignCode();
      }
      throw error;
    }
  }

  /** Another choice means another ballot; code and tokens serve again. */
  async #change() {
    this.#ballot = undefined;
    this.#opens("");
    this.page.show("choice");
  }

  /** Open the ballot instead of casting it. Nothing is asked of the server, which does not learn of it. */
  async #challenge() {
    if (this.#elector === undefined || this.#ballot === undefined) {
      throw new Error("there is no ballot to open");
    }
    const ballot = this.#ballot;
    this.#ballot = undefined;
    this.#opens(this.#elector.challenge(ballot));
    this.page.show("challenge");
  }

  /** @param {string} file of a challenge, or nothing */
  #opens(file) {
    this.#opened = file;
    this.page.fill("challenge", file);
  }

  async #cast() {
    this.#resume = () => this.#cast();
    this.progress("working", "progress.cast");
    const elector = this.#elector;
    if (elector !== undefined && this.#ballot !== undefined) {
      this.#sent = elector.prepare(this.#ballot);
      this.#ballot = undefined;
    }
    if (elector === undefined || this.#sent === undefined) {
      throw new Error("there is no ballot to cast");
    }
    const { urn, register, already } = await this.api.cast(this.#sent.body);
    this.say("progress.receipts");
    const hour = elector.checkRegister(register);
    if (urn !== null) {
      elector.checkUrn(urn, this.#sent);
      this.#done(hour, this.#sent, receiptsFile(urn, register));
    } else if (already) {
      this.#recorded(hour);
    } else {
      throw new ProtocolError("receipt.urn");
    }
  }

  /**
   * @param {string} hour
   * @param {Prepared} sent
   * @param {string} receipts
   */
  #done(hour, sent, receipts) {
    this.#forget();
    this.#receipts = receipts;
    const page = this.page;
    page.fillHour("hour", hour);
    page.fill("tracker", sent.tracker);
    page.fill("receipts", receipts);
    const address = `${page.facts["check"]}${fragmentOf(sent)}`;
    page.link("check", address);
    page.draw("check", address);
    page.show("done");
  }

  /**
   * She had signed before: by another device, in another tab, or a while ago.
   * @param {string} hour
   */
  #recorded(hour) {
    this.#forget();
    this.page.fillHour("hour", hour);
    this.page.show("already");
  }

  /** After a lost connection the state is asked first. */
  async #again() {
    this.progress("working", "progress.state");
    if (await this.#mayGoOn()) {
      await this.#resume();
    }
  }

  /**
   * @override
   * @param {unknown} error
   */
  async failed(error) {
    if (error instanceof ForeignCode) {
      this.#elector = undefined;
      this.#ballot = undefined;
      this.page.show("code");
      this.wrong("code", "code", "code.foreign");
      return;
    }
    let cause = error;
    if (kindOf(cause) === "closed") {
      try {
        // The server knows whether the ballot was recorded before it was too late.
        if (!(await this.#mayGoOn())) {
          return;
        }
        cause = new Unreachable();
      } catch (second) {
        cause = second;
      }
    }
    const kind = kindOf(cause);
    if (kind === "interrupted" || kind === "closed") {
      this.page.show("interrupted");
      return;
    }
    const { late } = this.#deadline;
    this.#forget();
    if (kind === "expired") {
      this.page.when("in-time", !late);
      this.page.when("late", late);
      this.page.show("expired");
    } else {
      await this.alarm(cause);
    }
  }

  /** Nothing secret outlives its use, on the screen either. */
  #forget() {
    this.#deadline.set(undefined);
    this.page.hold(false);
    this.#elector = undefined;
    this.#ballot = undefined;
    this.#sent = undefined;
    this.#parts = [];
    this.#places = [];
    this.#opens("");
    this.page.reset("choice");
    this.page.reset("code");
    this.page.fill("choices", []);
  }
}

/** The code is well typed, but not this elector's. */
class ForeignCode extends Error {}
