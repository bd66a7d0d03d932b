/**
 * A text as a QR code, drawn where it is known: whoever made the picture elsewhere would learn what it says.
 *
 * The fragment of an address is sent to nobody by the telephone that reads it either.
 */
import encodeQR from "qr";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 4; // modules, as the standard asks for

/**
 * The dark modules of a text, row by row, within the margin that readers need.
 * @param {string} text
 * @returns {boolean[][]}
 */
export const modules = (text) => encodeQR(text, "raw", { ecc: "medium", border: MARGIN });

/**
 * One path over all dark modules: a run of them is one bar.
 * @param {boolean[][]} rows
 */
export const outline = (rows) =>
  rows
    .flatMap((row, y) =>
      [...row.map((dark) => (dark ? "1" : "0")).join("").matchAll(/1+/g)].map(
        ({ index, 0: { length } }) => `M${index} ${y}h${length}v1h-${length}z`,
      ),
    )
    .join("");

/**
 * Draw a text into an `<svg>` of the page.
 * @param {Element} place
 * @param {string} text
 */
export function drawCode(place, text) {
  const rows = modules(text);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline(rows));
  place.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  place.replaceChildren(path);
}
