/**
 * Bundle the booth into ../static/booth: one file for each entry, whole, because the integrity hash in a page
 * covers one file and nothing that this file imports.
 *
 * `controle.html` is opened from disk: script and style of the site stand in the page itself, and its policy names
 * their digests and nothing else, so that it can load nothing and send nothing.
 *
 * `old.js` is for browsers that know no module, and tells them so.
 *
 * Beside every file lies the same under Brotli, which takes too long to be made when a browser asks.
 *
 * Run by `npm run build`, and by hatch_build.py whenever the package is installed. A new page is one
 * more entry.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here("../static/booth");

/** Name of the served file, without its end → source. */
const entryPoints = {
  booth: here("src/pages/booth.js"),
  frame: here("src/pages/frame.js"),
  passkey: here("src/pages/passkey.js"),
  site: here("src/sheets/site.css"),
  rest: here("src/sheets/rest.css"),
  figures: here("src/sheets/figures.css"),
  desk: here("src/sheets/desk.css"),
};

/** @type {import("esbuild").BuildOptions} */
const whole = { bundle: true, minify: true, target: ["es2022"], legalComments: "eof", logLevel: "warning" };
const read = (/** @type {string} */ path) => readFileSync(here(path), "utf-8");
const digest = (/** @type {string} */ text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

async function buildOffline() {
  const entry = { ...whole, entryPoints: [here("src/pages/controle.js")], write: false };
  const built = await build({ ...entry, format: "iife" });
  const script = built.outputFiles?.[0]?.text ?? "";
  const style = readFileSync(`${outdir}/site.css`, "utf-8") + readFileSync(`${outdir}/rest.css`, "utf-8");
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  /** @type {Record<string, string>} */
  const parts = { policy, script, style };
  const page = read("src/pages/controle.html").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name] ?? "");
  writeFileSync(`${outdir}/controle.html`, page);
}

function pack() {
  for (const name of readdirSync(outdir)) {
    writeFileSync(`${outdir}/${name}.br`, brotliCompressSync(readFileSync(`${outdir}/${name}`)));
  }
}

rmSync(outdir, { recursive: true, force: true });
try {
  await build({ ...whole, entryPoints, outdir, format: "esm" });
  await build({ ...whole, entryPoints: [here("src/pages/old.js")], outdir, target: ["es5"] });
  await buildOffline();
  pack();
} catch (error) {
  process.exitCode = 1;
  if (!(error instanceof Error && "errors" in error)) {
    console.error(error); // esbuild prints its own
  }
}
