/**
 * The choice: one page with all that may be chosen, and what was sealed beside it (R. 211-564 and 565).
 *
 * A logo is drawn from bytes whose digest is the sealed one, or not at all; a profession de foi has its digest in its
 * address. Both come after the choice stands, and nobody's vote waits for them.
 */
import { documentsOf, questionOf, ticketText } from "../setup.js";

/**
 * @param {import("./page.js").Page} page
 * @param {import("./api.js").Api} api
 * @param {import("../setup.js").Draft} setup that was checked, or that of a preview
 */
export function offer(page, api, setup) {
  const { answers, max, question } = questionOf(setup);
  const sizes = JSON.parse(page.facts["sizes"] ?? "{}");
  const options = setup.candidacies.map(({ id, names }, index) => {
    const { logo, statement } = documentsOf(setup, id);
    return {
      label: answers[index] ?? "",
      names: names.length > 1 ? names.map(ticketText) : [],
      ...(logo && { logo: () => api.logo(logo) }),
      ...(statement && { statement: { address: api.address(statement), size: sizes[statement] } }),
    };
  });
  page.offer(options, max);
  page.fill("question", question);
  page.fill("instruction", page.sentence(max === 1 ? "instruction.one" : "instruction.several", { max }) ?? "");
  page.show("choice");
}
