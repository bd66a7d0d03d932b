/**
 * What every page of the site does once it is there; without a script each page is whole all the same.
 *
 * Hours get the reader's own beside those of Paris. A voting code in an address leaves it, and the history, at
 * once; only the booth makes use of one, and takes it itself.
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

if (document.body.dataset["page"] === undefined && new URLSearchParams(location.hash.slice(1)).has("code")) {
  history.replaceState(null, "", location.pathname + location.search);
  for (const notice of all(document, "[data-code-arrived]")) {
    notice.hidden = false;
  }
}
