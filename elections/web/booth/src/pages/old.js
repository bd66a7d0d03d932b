/**
 * Tells whoever comes with a browser that cannot vote, before she signs in; the words are the page's.
 *
 * Written as scripts were written twenty years ago, so that such a browser understands it. What is looked for is the
 * newest of what the booth needs: a browser that has it has the rest.
 */
var able =
  "noModule" in document.createElement("script") &&
  typeof BigInt === "function" &&
  typeof AbortSignal === "function" &&
  typeof AbortSignal.timeout === "function" &&
  typeof Array.prototype.at === "function";
var notice = document.getElementById("too-old");
if (!able && notice) {
  notice.removeAttribute("hidden");
}
