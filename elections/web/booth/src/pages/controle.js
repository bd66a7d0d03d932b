/**
 * The page that judges a challenge, opened from disk (protocol.md §8): what is in the ballot, in plain words.
 *
 * It is one file with everything in it and a policy that lets it reach nothing. It knows no election: which one the
 * ballot is of, φ says, and a person compares it with the sealed one.
 */
import { readChallenge } from "../challenge.js";
import { ProtocolError } from "../errors.js";
import { Page } from "./page.js";

/** Rules that a file breaks which is no challenge at all; any other is the word of a device that was caught. */
const FOREIGN = /^(json|text)\./;

/** One language of the page. */
class Judge {
  /**
   * @param {HTMLElement} main
   * @param {() => void} other shows the other language
   */
  constructor(main, other) {
    document.title = main.dataset["title"] ?? "";
    this.main = main;
    this.page = new Page(main);
    this.page.onFile("challenge", (text) => this.judge(text));
    this.page.onAction("again", () => this.page.show("ask"));
    this.page.onAction("language", other);
  }

  /** @param {boolean} shown whether this is the language that is spoken */
  speak(shown) {
    this.main.hidden = !shown;
    if (shown) {
      document.documentElement.lang = this.main.lang;
      this.page.show("ask");
    }
  }

  /** @param {string} text of a file */
  async judge(text) {
    const page = this.page;
    page.show("working");
    await page.breathe();
    try {
      const { election, tracker, answers } = readChallenge(text);
      page.fill("choices", answers.flat().map((answer) => answer ?? page.sentence("blank") ?? ""));
      page.fill("tracker", tracker);
      page.fill("election", election.name);
      page.fill("contest", election.questions.map(({ question }) => question).join(" · "));
      page.fill("fingerprint", election.fingerprint);
      page.show("holds");
    } catch (error) {
      const foreign = error instanceof ProtocolError && FOREIGN.test(error.rule);
      page.fill("detail", error instanceof Error ? error.message : String(error));
      page.show(foreign ? "foreign" : "alarm");
    }
  }
}

/** @type {Judge[]} */
const judges = [];
const speak = (/** @type {string} */ language) => judges.forEach((judge) => judge.speak(judge.main.lang === language));
for (const main of document.querySelectorAll("main")) {
  judges.push(new Judge(main, () => speak(main.lang === "fr" ? "en" : "fr")));
}
speak("fr");
