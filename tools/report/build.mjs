// node build.mjs OUT: writes the parts of the page into OUT: shell.html, style.css, script.js, borders.json.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import { mesh } from "topojson-client";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? "parts");
await mkdir(out, { recursive: true });

const { outputFiles } = await build({
  entryPoints: [path.join(here, "src/main.js")],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome90", "firefox90", "safari15"],
  legalComments: "inline",
  charset: "utf8",
  write: false,
  logLevel: "warning",
});
// Inside <script> no "</script" may stand.
const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
await writeFile(path.join(out, "script.js"), script);

const style = await build({
  entryPoints: [path.join(here, "style.css")], minify: true, write: false, logLevel: "warning",
  loader: { ".css": "css" },
});
await writeFile(path.join(out, "style.css"), style.outputFiles[0].text);
await writeFile(path.join(out, "shell.html"), await readFile(path.join(here, "shell.html"), "utf8"));

// Coasts and borders (Natural Earth, public domain, 1:50 million) as lines of longitude and latitude in 0.01 degrees.
const atlas = JSON.parse(await readFile(path.join(here, "node_modules/world-atlas/countries-50m.json"), "utf8"));
const lines = mesh(atlas, atlas.objects.countries).coordinates
  .map((line) => line.flatMap(([x, y]) => [Math.round(x * 100), Math.round(y * 100)]));
await writeFile(path.join(out, "borders.json"), JSON.stringify(lines));
