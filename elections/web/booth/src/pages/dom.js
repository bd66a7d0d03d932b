/** Finding and making elements. A page that lacks what the script needs is a fault, and says which. */

/**
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {NodeListOf<HTMLElement>}
 */
export const all = (within, selector) => within.querySelectorAll(selector);

/**
 * @param {ParentNode} within
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function one(within, selector) {
  const found = /** @type {HTMLElement | null} */ (within.querySelector(selector));
  if (found === null) {
    throw new Error(`the page lacks ${selector}`);
  }
  return found;
}

/**
 * The items of a list, one for each text.
 * @param {string[]} texts
 */
export const items = (texts) => texts.map((textContent) => Object.assign(document.createElement("li"), { textContent }));

/**
 * A sentence with its values filled in.
 * @param {string} sentence with places like `{length}`
 * @param {Record<string, unknown>} values
 */
export const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
