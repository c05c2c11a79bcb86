// What the tests of the page share: the browser, a page that is watched for errors and for the network, places.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

export const { QKDES, SCENARIOS, ARTEFACTS } = process.env; // set by ctest
mkdirSync(ARTEFACTS, { recursive: true });

/// Runs qkdes in the folder of artefacts; throws with what it said when the exit code is not as expected.
export function qkdes(args, code = 0) {
  const ran = spawnSync(QKDES, args, { cwd: ARTEFACTS, encoding: "utf8" });
  if (ran.status !== code) throw new Error(`qkdes ${args.join(" ")} ended with ${ran.status}:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout + ran.stderr;
}
/// A results file of that name, made once.
export function results(name, args) {
  if (!existsSync(path.join(ARTEFACTS, `${name}.h5`))) qkdes([...args, "-o", `${name}.h5`, "--quiet"]);
  return `${name}.h5`;
}
export function report(name, ...files) {
  qkdes(["report", ...files, "-o", `${name}.html`, "--quiet"]);
  return path.join(ARTEFACTS, `${name}.html`);
}

/// Opens a page from disk; `trouble` collects errors and requests that leave the disk.
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage(), trouble = [];
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") trouble.push(`console: ${m.text()}`); });
  page.on("pageerror", (e) => trouble.push(`error: ${e.stack}`));
  page.on("request", (r) => { if (!/^(file|data|blob):/.test(r.url())) trouble.push(`request: ${r.url()}`); });
  await page.goto(`file://${file}`);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "true", null, { timeout: 20000 }).catch(() => { throw new Error(`the page did not get ready: ${trouble.join("\n")}`); });
  return { page, trouble };
}
/// Brings every chart into view once, so that it is drawn.
export async function drawAll(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
      window.scrollTo({ top: y, behavior: "instant" });
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
    window.scrollTo({ top: 0, behavior: "instant" });
    await new Promise((done) => setTimeout(done, 150));
  });
}
export async function picture(page, name) {
  await drawAll(page);
  // The bar at the foot would stand in the middle of a picture of the whole page.
  await page.addStyleTag({ content: "#transport { position: static !important; } #nav { position: static !important; }" });
  await page.screenshot({ path: path.join(ARTEFACTS, `${name}.png`), fullPage: true });
}
/// The document inside a page.
export const dataOf = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
