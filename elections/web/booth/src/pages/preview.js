/**
 * The preview of a ballot for office and board: the same page, made by the same code from a draft. It knows no elector,
 * makes no ballot and asks for nothing but the documents of the candidacies.
 */
import { offer } from "./choice.js";

/**
 * @param {import("./page.js").Page} page
 * @param {import("./api.js").Api} api
 */
export function preview(page, api) {
  page.onForm("choice", () => page.show("preview"));
  page.onAction("back", () => page.show("choice"));
  offer(page, api, JSON.parse(page.facts["preview"] ?? ""));
}
