/**
 * The frame of a page (docs/web.md): its stages, fills, forms, buttons and sentences. The only module
 * that touches the document; what should happen is decided in vote.js and check.js.
 *
 * Text goes in as text. Nothing is stored: no history, no storage, no cookie.
 */

import { all, filled, items, one } from "./dom.js";
import { ownHour, ownWords, parisHour } from "./hours.js";
import { buildOptions } from "./options.js";
import { drawCode } from "./qr.js";

/** @param {Event} event so that the browser asks in its own words */
const ask = (event) => event.preventDefault();

/** @typedef {{ field: string, sentence: string }} FormError */
/** @typedef {import("./options.js").Option} Option */

const LONGEST_FILE = 1_000_000;
const TEXT = "text/plain;charset=utf-8";

export class Page {
  #main;
  #title;

  /** @param {HTMLElement} main */
  constructor(main) {
    this.#main = main;
    this.#title = document.title;
  }

  /** What the server wrote into the frame. */
  get facts() {
    return this.#main.dataset;
  }

  /**
   * Show one stage and no other. Focus and title follow, so that nobody has to look to know.
   * @param {string} name
   */
  show(name) {
    for (const stage of all(this.#main, "[data-stage]")) {
      stage.hidden = stage.dataset["stage"] !== name;
    }
    const heading = one(this.#main, `[data-stage="${name}"] h1`);
    const text = `${heading.textContent?.trim()} – `;
    document.title = (this.#title.startsWith(text) ? "" : text) + this.#title;
    heading.focus();
    scrollTo(0, 0);
  }

  /**
   * Fill a value into every place that asks for it; into a list, one item for each text.
   * @param {string} name
   * @param {string | string[]} value
   */
  fill(name, value) {
    for (const place of all(this.#main, `[data-fill="${name}"]`)) {
      if (typeof value !== "string") {
        place.replaceChildren(...items(value));
      } else if (place.textContent !== value) {
        place.textContent = value;
      }
    }
  }

  /**
   * Show or hide whatever depends on a condition.
   * @param {string} condition
   * @param {boolean} holds
   */
  when(condition, holds) {
    for (const place of all(this.#main, `[data-when="${condition}"]`)) {
      place.hidden = !holds;
    }
  }

  /**
   * A sentence of the page in its language; undefined where it has none of that name.
   * @param {string} name
   * @param {Record<string, string | number>} [values]
   * @returns {string | undefined}
   */
  sentence(name, values = {}) {
    const template = /** @type {HTMLTemplateElement} */ (one(this.#main, "template[data-sentences]"));
    const text = template.content.querySelector(`[data-sentence="${name}"]`)?.textContent?.trim();
    return text === undefined ? undefined : filled(text, values);
  }

  /**
   * Fill in an hour as people of this page's language read it: day and hour in Paris and, where a clock beside
   * this device shows another, that one too (R24).
   * @param {string} name
   * @param {string} hour RFC 3339 in UTC
   */
  fillHour(name, hour) {
    const { lang } = document.documentElement;
    this.fill(name, this.hour(hour));
    const own = ownHour(hour, lang);
    this.fill(`own-${name}`, own === undefined ? "" : ownWords(own));
  }

  /** @param {string} hour RFC 3339 in UTC; in Paris, as people of this page's language read it */
  hour(hour) {
    return parisHour(hour, document.documentElement.lang);
  }

  /** Milliseconds since this page was opened, by a clock that nobody sets. */
  elapsed() {
    return performance.now();
  }

  /**
   * @param {number} seconds
   * @param {() => unknown} handler
   */
  every(seconds, handler) {
    setInterval(handler, seconds * 1000);
  }

  /** @param {() => unknown} handler for when the page is looked at again: a device that slept may have lost time */
  onReturn(handler) {
    document.addEventListener("visibilitychange", () => document.hidden || handler());
  }

  /**
   * @param {string} name of a button
   * @param {() => unknown} handler
   */
  onAction(name, handler) {
    for (const button of all(this.#main, `[data-action="${name}"]`)) {
      button.addEventListener("click", handler);
    }
  }

  /**
   * @param {string} name of a form; one that is submitted has its errors taken away first
   * @param {(data: FormData) => unknown} handler
   */
  onForm(name, handler) {
    const form = this.#form(name);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.errors(name, []);
      handler(new FormData(form));
    });
  }

  /**
   * @param {string} name of a file's field; the file is read here and goes nowhere
   * @param {(text: string) => unknown} handler
   */
  onFile(name, handler) {
    const input = /** @type {HTMLInputElement} */ (one(this.#main, `input[type="file"][name="${name}"]`));
    input.addEventListener("change", async () => {
      const [file] = input.files ?? [];
      if (file !== undefined) {
        handler(await file.slice(0, LONGEST_FILE).text());
        input.value = ""; // so that the same file may be opened again
      }
    });
  }

  /**
   * Put errors beside their fields and, as links to them, at the head of the form; with none, take them away.
   * @param {string} name of the form
   * @param {FormError[]} errors
   */
  errors(name, errors) {
    const form = this.#form(name);
    for (const input of all(form, "[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
    for (const place of all(form, "[data-error-for]")) {
      const found = errors.find(({ field }) => field === place.dataset["errorFor"]);
      place.textContent = found?.sentence ?? "";
      place.hidden = found === undefined;
    }
    const summary = one(form, "[data-errors]");
    one(summary, "ul").replaceChildren(...errors.map((error) => this.#errorItem(form, error)));
    summary.hidden = errors.length === 0;
    if (errors.length > 0) {
      summary.tabIndex = -1;
      summary.focus();
    }
  }

  /**
   * Empty the fields of a form: a code does not stay in a field once it was read.
   * @param {string} name
   */
  reset(name) {
    this.#form(name).reset();
  }

  /**
   * Put a text into a field.
   * @param {string} field
   * @param {string} text
   */
  enter(field, text) {
    /** @type {HTMLInputElement} */ (one(this.#main, `[name="${field}"]`)).value = text;
  }

  /**
   * Offer the options of the ballot, in the order given, blank last.
   * @param {Option[]} options
   * @param {number} max how many may be chosen
   */
  offer(options, max) {
    buildOptions(this.#main, options, max, (size) => this.sentence("size", { size }) ?? "");
  }

  /**
   * Point the links of a name somewhere.
   * @param {string} name
   * @param {string} address
   */
  link(name, address) {
    for (const link of all(this.#main, `[data-link="${name}"]`)) {
      /** @type {HTMLAnchorElement} */ (link).href = address;
    }
  }

  /**
   * Draw an address as a code that telephones read, whole, with the name of this site.
   * @param {string} name
   * @param {string} address
   */
  draw(name, address) {
    for (const place of this.#main.querySelectorAll(`[data-code="${name}"]`)) {
      drawCode(place, new URL(address, location.href).href);
    }
  }

  /**
   * Have the browser save a text as a file.
   * @param {string} name
   * @param {string} text
   */
  save(name, text) {
    const href = URL.createObjectURL(new Blob([text], { type: TEXT }));
    Object.assign(document.createElement("a"), { href, download: name }).click();
    // The browser has read the address by then; revoked at once, some would save nothing.
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  print() {
    print();
  }

  /** @param {boolean} unfinished something would be lost with the page: before it is left, the browser asks */
  hold(unfinished) {
    removeEventListener("beforeunload", ask);
    if (unfinished) {
      addEventListener("beforeunload", ask);
    }
  }

  reload() {
    location.reload();
  }

  /** Let the browser draw what was said before it computes. */
  breathe() {
    return new Promise((done) => setTimeout(done, 20));
  }

  /**
   * @param {HTMLFormElement} form
   * @param {FormError} error
   */
  #errorItem(form, { field, sentence }) {
    const item = document.createElement("li");
    const input = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${field}"]`));
    if (input === null) {
      item.textContent = sentence;
      return item;
    }
    const link = Object.assign(document.createElement("a"), { href: `#${input.id}`, textContent: sentence });
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address, and its fragment, stay as they are
      input.focus();
    });
    if (input.type !== "radio") {
      input.setAttribute("aria-invalid", "true"); // which a radio button may not have
    }
    item.append(link);
    return item;
  }

  /**
   * @param {string} name
   * @returns {HTMLFormElement}
   */
  #form(name) {
    return /** @type {HTMLFormElement} */ (one(this.#main, `form[data-form="${name}"]`));
  }
}
