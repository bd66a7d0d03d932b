/**
 * Until when she may vote, said in the last hour and in the grace (R. 211-563): minutes, calmly, by the server's hour.
 *
 * The server says what time it is; from there a clock counts that nobody sets. What hour the device believes it is
 * plays no part. The sentence changes once a minute and is no live region: who listens is not interrupted.
 */

/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("./api.js").Hours} Hours */

const MINUTE = 60_000;
const TOLD = 60 * MINUTE;
const OFTEN = 5;

export class Deadline {
  #page;
  #closing = 0;
  #last = 0;
  /** Milliseconds by which the server's clock is ahead of this page's. */
  #ahead = 0;
  /** @type {Hours | undefined} */
  #hours;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    page.every(OFTEN, () => this.#tell());
  }

  /**
   * Take the hours that the server gave just now; none where there is nothing more to be done in time.
   * @param {Hours | undefined} hours
   */
  set(hours) {
    this.#hours = hours;
    if (hours !== undefined) {
      this.#ahead = Date.parse(hours.now) - this.#page.elapsed();
      this.#closing = Date.parse(hours.closing);
      this.#last = Date.parse(hours.last);
    }
    this.#tell();
  }

  /** Whether there is something to be done in time. */
  get runs() {
    return this.#hours !== undefined;
  }

  /** Whether the closing hour has passed, as far as this page knows. */
  get late() {
    return this.#hours !== undefined && this.#now >= this.#closing;
  }

  get #now() {
    return this.#page.elapsed() + this.#ahead;
  }

  #tell() {
    const page = this.#page;
    const text = this.#sentence();
    page.when("deadline", text !== "");
    page.fill("deadline", text);
  }

  #sentence() {
    const hours = this.#hours;
    const page = this.#page;
    if (hours === undefined || this.#closing - this.#now > TOLD) {
      return "";
    }
    if (this.#now >= this.#last) {
      return page.sentence("deadline.over") ?? "";
    }
    const [name, end, hour] = this.late
      ? ["deadline.grace", this.#last, hours.last]
      : ["deadline.closing", this.#closing, hours.closing];
    const minutes = Math.floor((end - this.#now) / MINUTE);
    const left = page.sentence(["minutes.none", "minutes.one"][minutes] ?? "minutes.several", { minutes }) ?? "";
    return page.sentence(name, { hour: page.hour(hour), left }) ?? "";
  }
}
