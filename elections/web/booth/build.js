/**
 * Bundle the booth into ../static/booth: one file for each entry, whole, because the integrity hash in a page
 * covers one file and nothing that this file imports.
 *
 * Run by `npm run build`, and by hatch_build.py whenever the package is installed. A new page is one
 * more entry.
 */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const outdir = here("../static/booth");

/** Name of the served file, without `.js` → source. */
const entryPoints = {
  booth: here("src/pages/booth.js"),
  frame: here("src/pages/frame.js"),
};

rmSync(outdir, { recursive: true, force: true });
try {
  await build({
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "eof",
    logLevel: "warning",
  });
} catch {
  process.exitCode = 1; // esbuild has printed why
}
