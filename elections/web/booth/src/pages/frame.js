/**
 * What every page of the site does once it is there; without a script each page is whole all the same.
 *
 * Hours get the reader's own beside those of Paris. A voting code in an address leaves it, and the history, at
 * once; only the booth makes use of one, and takes it itself. Where the site allows such links, the list of an
 * elector's contests hands it on to the booth she goes into.
 */
import { all } from "./dom.js";
import { ownHour, ownWords } from "./hours.js";

const { lang } = document.documentElement;

for (const time of all(document, "time[datetime]")) {
  const own = ownHour(/** @type {HTMLTimeElement} */ (time).dateTime, lang);
  if (own !== undefined) {
    const utc = time.nextElementSibling;
    const after = utc?.matches(".utc") ? utc : time;
    after.after(" ", Object.assign(document.createElement("span"), { className: "utc own", textContent: ownWords(own) }));
  }
}

const code = new URLSearchParams(location.hash.slice(1)).get("code");
if (document.body.dataset["page"] === undefined && code !== null) {
  history.replaceState(null, "", location.pathname + location.search);
  for (const link of all(document, "a[data-takes-code]")) {
    /** @type {HTMLAnchorElement} */ (link).hash = new URLSearchParams({ code }).toString();
  }
  for (const notice of all(document, "[data-code-arrived]")) {
    notice.hidden = false;
  }
}
