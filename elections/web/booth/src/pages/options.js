/** The options of the ballot: one for each candidacy in the sealed order and, last, blank (R. 211-565). */
import { all, items, one } from "./dom.js";

/** @typedef {{ label: string, names: string[] }} Option `names` unfold below the label */

/**
 * Build the options from the page's templates. A value is the place among the candidacies, from 1; blank is 0.
 * @param {HTMLElement} main
 * @param {Option[]} options
 * @param {number} max how many may be chosen
 */
export function buildOptions(main, options, max) {
  const list = one(main, '[data-list="choices"]');
  const type = max === 1 ? "radio" : "checkbox";
  const candidacies = options.map(({ label, names }, index) => {
    const option = fromTemplate(main, "candidacy", type, index + 1);
    one(option, '[data-part="title"]').textContent = label;
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
