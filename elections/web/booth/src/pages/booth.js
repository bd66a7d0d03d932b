/**
 * The script of the vote and of the check: it finds out on which page it is, and begins.
 *
 * A voting code in the address (`#code=`, a setting of the office that is off by default) leaves the
 * address and the history before anything else happens, and is used only where the page allows it.
 */
import { Api } from "./api.js";
import { Check } from "./check.js";
import { Page } from "./page.js";
import { preview } from "./preview.js";
import { Vote } from "./vote.js";

/** The code that a link has brought, taken out of the address at once. */
function takeCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  return code ?? undefined;
}

const code = takeCode();
const main = document.querySelector("main");
const contest = main?.dataset["contest"];

if (main && contest !== undefined) {
  const page = new Page(main);
  const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
  const api = new Api(contest, token);
  if (document.body.dataset["page"] === "check") {
    const check = new Check(page, api);
    addEventListener("hashchange", () => check.follow(location.hash));
    check.start(location.hash);
  } else if (page.facts["preview"] !== undefined) {
    preview(page, api);
  } else {
    // A page that the browser kept whole would come back with what the last elector saw.
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    new Vote(page, api).start("codeLink" in main.dataset ? code : undefined);
  }
}
