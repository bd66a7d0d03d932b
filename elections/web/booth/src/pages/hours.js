/** Hours as people read them: Paris is the zone of the law, and who is elsewhere sees her own clock too (R24). */

const PARIS = "Europe/Paris";
const locale = (/** @type {string} */ lang) => (lang === "en" ? "en-GB" : "fr-FR");

/**
 * Day and hour in Paris.
 * @param {string} hour RFC 3339 in UTC
 * @param {string} lang
 */
export const parisHour = (hour, lang) =>
  new Intl.DateTimeFormat(locale(lang), { dateStyle: "full", timeStyle: "medium", timeZone: PARIS }).format(
    new Date(hour),
  );

/**
 * Day and hour of this device's zone; undefined where its clock shows what Paris shows, and for a day of the law, which
 * is one of Paris everywhere.
 * @param {string} hour RFC 3339 in UTC, or a day alone
 * @param {string} lang
 * @param {string} [zone] for tests; the device's own
 */
export function ownHour(hour, lang, zone) {
  if (!hour.includes("T")) {
    return undefined;
  }
  const at = new Date(hour);
  const clock = (/** @type {string | undefined} */ timeZone) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);
  if (clock(zone) === clock(PARIS)) {
    return undefined;
  }
  const style = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  return new Intl.DateTimeFormat(locale(lang), { ...style, timeZone: zone }).format(at);
}

/**
 * The page's words around an hour of this device.
 * @param {string} own
 */
export const ownWords = (own) => (document.body.dataset["ownHour"] ?? "{hour}").replace("{hour}", own);
