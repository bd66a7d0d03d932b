/** What the vote and the check have in common: one step at a time, and words for what goes wrong. */
import { ProtocolError } from "../errors.js";
import { filled } from "./dom.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./page.js").Page} Page */

export class Controller {
  #busy = false;

  /**
   * @param {Page} page
   * @param {Api} api
   */
  constructor(page, api) {
    this.page = page;
    this.api = api;
  }

  /**
   * Take a step, unless one is under way: a second click does nothing.
   * @param {() => Promise<void>} step
   */
  async run(step) {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    try {
      await step();
    } catch (error) {
      await this.failed(error);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Show what a failure means; every controller has its own way.
   * @param {unknown} error
   * @returns {Promise<void>}
   */
  async failed(error) {
    throw error;
  }

  /**
   * Say what is going on, in a stage that shows it. First shown, then said: a live region that is
   * still hidden announces nothing.
   * @param {string} stage
   * @param {string} sentence
   */
  progress(stage, sentence) {
    this.page.show(stage);
    this.say(sentence);
  }

  /**
   * Say what is going on now, in the stage that is shown.
   * @param {string} sentence
   */
  say(sentence) {
    this.page.fill("progress", this.page.sentence(sentence) ?? "");
  }

  /**
   * Stop: a check has failed. Which one is said at once, and in the language of the page as soon as it is known.
   * @param {unknown} error
   */
  async alarm(error) {
    this.page.fill("detail", error instanceof Error ? error.message : String(error));
    this.page.show("alarm");
    if (error instanceof ProtocolError) {
      const { [error.rule]: sentence } = await this.api.refusals();
      if (typeof sentence === "string") {
        this.page.fill("detail", filled(sentence, error.values));
      }
    }
  }

  /**
   * Put an error beside a field.
   * @param {string} form
   * @param {string} field
   * @param {string} rule
   * @param {Record<string, string | number>} [values]
   */
  wrong(form, field, rule, values = {}) {
    const sentence = this.page.sentence(rule, values) ?? new ProtocolError(rule, values).message;
    this.page.errors(form, [{ field, sentence }]);
  }
}
