/** The options of the ballot: one for each candidacy in the sealed order and, last, blank (R. 211-565). */
import { all, items, one } from "./dom.js";
import { drawLogo } from "./logo.js";

/**
 * @typedef {object} Option
 * @property {string} label
 * @property {string[]} names unfold below the label
 * @property {(() => Promise<Uint8Array>) | undefined} [logo]
 * @property {{ address: string, size: unknown } | undefined} [statement] `size` in bytes, as far as the page knows it
 */

/**
 * Build the options from the page's templates. A value is the place among the candidacies, from 1; blank is 0.
 * @param {HTMLElement} main
 * @param {Option[]} options
 * @param {number} max how many may be chosen
 * @param {(size: number) => string} weigh kilobytes in words
 */
export function buildOptions(main, options, max, weigh) {
  const list = one(main, '[data-list="choices"]');
  const type = max === 1 ? "radio" : "checkbox";
  const candidacies = options.map(({ label, names, logo, statement }, index) => {
    const option = fromTemplate(main, "candidacy", type, index + 1);
    one(option, '[data-part="title"]').textContent = label;
    drawLogo(/** @type {HTMLCanvasElement} */ (one(option, '[data-part="logo"]')), logo);
    link(one(option, '[data-part="statement"]'), label, statement, weigh);
    const details = one(option, '[data-part="names"]');
    one(details, '[data-part="list"]').replaceChildren(...items(names));
    if (names.length === 0) {
      details.remove();
    }
    return option;
  });
  list.replaceChildren(...candidacies, fromTemplate(main, "blank", type, 0));
  list.addEventListener("change", ({ target }) => leaveBlankAlone(list, /** @type {HTMLInputElement} */ (target)));
}

/**
 * @param {HTMLElement} place
 * @param {string} label
 * @param {Option["statement"]} statement
 * @param {(size: number) => string} weigh
 */
function link(place, label, statement, weigh) {
  if (statement === undefined) {
    place.remove();
    return;
  }
  /** @type {HTMLAnchorElement} */ (one(place, "a")).href = statement.address;
  one(place, '[data-part="whose"]').textContent = label;
  const size = Math.max(1, Math.floor(Number(statement.size) / 1000));
  one(place, '[data-part="size"]').textContent = Number.isNaN(size) ? "" : `, ${weigh(size)}`;
}

/**
 * @param {HTMLElement} main
 * @param {string} name
 * @param {string} type
 * @param {number} value
 */
function fromTemplate(main, name, type, value) {
  const { content } = /** @type {HTMLTemplateElement} */ (one(main, `template[data-template="${name}"]`));
  const option = document.importNode(content, true);
  const input = one(option, "input");
  Object.assign(input, { type, id: `choice-${value}`, value: `${value}` });
  /** @type {HTMLLabelElement} */ (one(option, "label")).htmlFor = input.id;
  return option;
}

/**
 * Blank goes with nothing else: whichever of the two was ticked last stays.
 * @param {HTMLElement} list
 * @param {HTMLInputElement} changed
 */
function leaveBlankAlone(list, changed) {
  for (const checked of all(list, "input:checked")) {
    const input = /** @type {HTMLInputElement} */ (checked);
    if (changed.checked && (input.value === "0") !== (changed.value === "0")) {
      input.checked = false;
    }
  }
}
