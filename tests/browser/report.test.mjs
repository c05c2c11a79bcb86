// The page of qkdes report in headless Chromium, as a reader meets it. The pictures it takes (ARTEFACTS) are for people to
// look at; everything else is checked against the document inside the page, or against the results themselves.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { SCENARIOS, dataOf, drawAll, open, picture, qkdes, report, results } from "./page.mjs";

let browser, islands, sweep, comparison, adversaries;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  const base = ["run", `${SCENARIOS}/two-islands.json`, "--set", "/kem=modelled"];
  islands = report("islands", results("islands", base));
  comparison = report("comparison", "islands.h5", results("key-aware", [...base, "--set", '/devices/metro/block="5e5 bits"', "--set", '/kms/processing="2 ms"']));
  sweep = report("sweep", results("sweep", ["sweep", `${SCENARIOS}/studies/metro-length.json`]));
  adversaries = report("adversaries", results("adversaries", ["run", `${SCENARIOS}/adversaries.json`]));
});
after(() => browser?.close());

async function clean(file, options, body) {
  const { page, trouble } = await open(browser, file, options);
  try {
    await body(page);
    assert.deepEqual(trouble, []);
  } finally {
    await page.context().close();
  }
}
const sum = (a) => a.reduce((x, y) => x + (y ?? 0), 0);

test("every kind of page loads from disk without an error, a request or an empty chart", async () => {
  for (const file of [islands, sweep, comparison, adversaries])
    await clean(file, {}, async (page) => {
      await drawAll(page);
      const charts = await page.$$eval(".chart", (boxes) => boxes.map((b) => {
        const canvas = b.querySelector("canvas");
        if (!canvas) return { label: b.getAttribute("aria-label"), ink: 0 };
        const p = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
        for (let i = 0; i < p.length; i += 4) if (p[i + 3] > 0) seen.add((p[i] << 16) | (p[i + 1] << 8) | p[i + 2]);
        return { label: b.getAttribute("aria-label"), ink: seen.size };
      }));
      assert.ok(charts.length > 0);
      for (const c of charts) assert.ok(c.ink > 20, `${file}: nothing is drawn: ${c.label} (${c.ink} colours)`);
      const text = await page.innerText("body");
      for (const bad of ["undefined", "NaN", "[object", "Infinity"]) assert.ok(!text.includes(bad), `${file} says ${bad}`);
    });
});

test("the slider replays what the data says", () => clean(islands, {}, async (page) => {
  const raw = (await dataOf(page)).runs[0], frames = raw.frames.count, width = raw.frames.width;
  await drawAll(page);
  const slider = page.locator("#moment");
  assert.equal(await slider.getAttribute("max"), String(frames - 1));
  const at = async (frame) => {
    await slider.evaluate((s, f) => { s.value = f; s.dispatchEvent(new Event("input", { bubbles: true })); }, frame);
    const by = raw.requests.by_frame, number = async (id) => Number((await page.innerText(id)).replaceAll(/\s/g, ""));
    assert.equal(await number("#now-asked"), sum(by.map((o) => o[frame])), `asked in frame ${frame}`);
    assert.equal(await number("#now-refused"), sum(by.slice(1).map((o) => o[frame])), `refused in frame ${frame}`);
    return page.evaluate(() => {
      const chart = document.querySelector("#network-figure .chart").figure.chart.getOption();
      const graph = chart.series.find((s) => s.type === "graph");
      const rates = document.querySelector("#rates .chart").figure.chart.getOption().series.find((s) => s.id === "rate");
      return { edges: graph.links.map((l) => ({ type: l.lineStyle.type, width: l.lineStyle.width, label: l.label.show })), nodes: graph.data.map((n) => n.label.formatter), mark: rates.markLine.data[0].xAxis, aria: document.querySelector("#network-figure .chart").getAttribute("aria-label"), faults: document.querySelector("#now-faults").textContent };
    });
  };
  const cut = raw.faults[0], before_ = Math.floor((cut.begin - 300) / width), during = Math.floor((cut.begin + 1200) / width);
  const calm = await at(before_), broken = await at(during);
  assert.equal(calm.edges[cut.link].type, "solid");
  assert.equal(broken.edges[cut.link].type, "dashed", "the fault is marked on its link");
  assert.ok(broken.edges[cut.link].label);
  assert.ok(broken.edges[cut.link].width < calm.edges[cut.link].width, "a cut link makes no key");
  assert.match(broken.faults, /cut vigo-santiago/);
  assert.doesNotMatch(calm.faults, /cut/);
  assert.ok(Math.abs(broken.mark - (during + 0.5) * width) < 1e-6, "the charts mark the same moment");
  assert.match(broken.aria, /cut vigo-santiago/);
  const vigo = raw.replay.failed[0][during];
  assert.ok(vigo > 0 && broken.nodes[0].includes(String(vigo)), `refused at vigo: ${broken.nodes[0]}`);

  // Arrow keys, and Play.
  await slider.focus();
  const value = Number(await slider.inputValue());
  await page.keyboard.press("ArrowLeft");
  assert.equal(Number(await slider.inputValue()), value - 1);
  await at(0);
  await page.click("#play");
  await page.waitForFunction(() => Number(document.querySelector("#moment").value) > 3);
  await page.click("#play");
  const stopped = await slider.inputValue();
  await page.waitForTimeout(250);
  assert.equal(await slider.inputValue(), stopped);
}));

test("selecting a link changes its charts", () => clean(islands, {}, async (page) => {
  await drawAll(page);
  const shown = () => page.evaluate(() => [document.querySelector("#rates .chart").getAttribute("aria-label"), document.querySelector("#rates .chart").figure.chart.getOption().series[0].data.length]);
  await page.locator("#rates select").selectOption({ label: "derio-bilbao" });
  const [label, blocks] = await shown();
  assert.match(label, /derio-bilbao/);
  await page.locator("#pools select").selectOption({ label: "vigo-santiago" });
  const [other, others] = await shown();
  assert.match(other, /vigo-santiago/, "both charts follow one selection");
  assert.notEqual(blocks, others);
}));

test("the flow diagram adds up", () => clean(islands, {}, async (page) => {
  await page.locator("#flow").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("#flow .chart").figure.chart);
  const links = await page.evaluate(() => document.querySelector("#flow .chart").figure.chart.getOption().series.flatMap((s) => s.links));
  const into = new Map(), out = new Map();
  for (const l of links) { out.set(l.source, (out.get(l.source) ?? 0) + l.value); into.set(l.target, (into.get(l.target) ?? 0) + l.value); }
  const inner = [...into.keys()].filter((n) => out.has(n));
  assert.ok(inner.includes("Secret key") && inner.includes("Stored") && inner.includes("Used"), inner.join());
  for (const n of inner) assert.equal(into.get(n), out.get(n), n);
}));

test("tables sort by click and by key, and download what they show", () => clean(islands, {}, async (page) => {
  const table = page.locator('.table[data-name="islands-links"]').first();
  await table.scrollIntoViewIfNeeded();
  const columnOf = (n) => table.locator(`tbody td:nth-child(${n})`).allInnerTexts();
  const head = table.locator("th", { hasText: "length" });
  assert.equal(await head.getAttribute("aria-sort"), "none");
  await head.locator("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await columnOf(5), ["0 km", "18 km", "75 km"]);
  const qber = (await dataOf(page)).runs[0].link_totals.map((t) => (t.quality === null ? "–" : `${Number((100 * t.quality).toPrecision(3))} %`));
  assert.deepEqual(await columnOf(7), [qber[1], qber[2], qber[0]], "three digits in every row");
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await columnOf(1), ["vigo-santiago", "derio-bilbao", "wan"]);
  const [download] = await Promise.all([page.waitForEvent("download"), table.locator("button", { hasText: "Download CSV" }).click()]);
  assert.equal(download.suggestedFilename(), "islands-links.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n"), raw = (await dataOf(page)).runs[0];
  assert.match(lines[0], /^link,from,to,device,length \(km\),loss \(dB\),QBER,/);
  assert.equal(lines.length, 4);
  const cells = lines[1].split(",");
  assert.deepEqual(cells.slice(0, 6), ["vigo-santiago", "vigo", "santiago", "metro", "75", "16"]);
  assert.equal(Number(cells[7]), raw.link_totals[0].secret_rate, "unrounded");
  const refusals = page.locator('.table[data-name="islands-refusals"]');
  await page.locator("summary", { hasText: "Refusals" }).click();
  const [all] = await Promise.all([page.waitForEvent("download"), refusals.locator("button", { hasText: "Download CSV" }).click()]);
  assert.equal((await readFile(await all.path(), "utf8")).trimEnd().split("\r\n").length, 1 + raw.requests.refusals.length, "every row, not only those that show");
}));

test("charts have a text and a table", async () => {
  for (const file of [islands, sweep, comparison, adversaries])
    await clean(file, {}, async (page) => {
      await drawAll(page);
      for (const figure of await page.locator("figure").all()) {
        const chart = figure.locator(".chart");
        assert.equal(await chart.getAttribute("role"), "img");
        const label = await chart.getAttribute("aria-label");
        assert.ok(label.length > 30 && /\d/.test(label), `too little said: ${label}`);
        const button = figure.locator(".as-table-button");
        assert.equal(await button.getAttribute("aria-expanded"), "false");
        await button.click();
        assert.equal(await button.getAttribute("aria-expanded"), "true");
        assert.ok((await figure.locator(".as-table tbody tr").count()) > 0, `no rows: ${label}`);
      }
    });
});

test("the keyboard reaches everything, and shows where it is", () => clean(islands, {}, async (page) => {
  const met = [];
  for (let i = 0; i < 120; ++i) {
    await page.keyboard.press("Tab");
    met.push(await page.evaluate(() => {
      const a = document.activeElement, s = getComputedStyle(a);
      return { what: a.id || a.className || a.textContent.trim().slice(0, 30), tag: a.tagName, inTable: Boolean(a.closest("th")), outlined: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 };
    }));
    if (met.at(-1).tag === "BODY") break;
  }
  assert.equal(met[0].what, "skip");
  for (const m of met.filter((x) => x.tag !== "BODY")) assert.ok(m.outlined, `no visible focus on ${m.tag} ${m.what}`);
  for (const wanted of ["play", "moment"]) assert.ok(met.some((m) => m.what === wanted), `${wanted} is not reached`);
  assert.ok(met.some((m) => m.inTable), "no head of a table is reached");
}));

test("dark, light and by choice", () => clean(islands, { colorScheme: "dark" }, async (page) => {
  const look = () => page.evaluate(() => ({ theme: document.documentElement.dataset.theme, page: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color, chart: document.querySelector("#rates .chart").figure.chart.getOption().legend[0].textStyle.color }));
  await drawAll(page);
  const dark = await look();
  assert.equal(dark.theme, "dark");
  await page.click(".theme");
  const light = await look();
  assert.equal(light.theme, "light");
  assert.notEqual(dark.page, light.page);
  assert.notEqual(dark.chart, light.chart, "charts follow");
  const luminance = (c) => { const [r, g, b] = c.match(/[\d.]+/g).map((v) => { const x = v / 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  for (const l of [dark, light]) {
    const [hi, lo] = [luminance(l.page), luminance(l.ink)].sort((a, b) => b - a);
    assert.ok((hi + 0.05) / (lo + 0.05) > 7, "text has contrast");
  }
}));

test("a phone shows it without scrolling sideways", async () => {
  for (const file of [islands, sweep, comparison, adversaries])
    await clean(file, { viewport: { width: 390, height: 844 } }, async (page) => {
      await drawAll(page);
      const wide = await page.evaluate(() => ({ page: document.documentElement.scrollWidth, body: document.body.scrollWidth, out: [...document.querySelectorAll("main *, header *, footer *")].filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.right > innerWidth + 1 && !e.closest(".scroll") && !e.closest("pre") && !e.closest(".visually-hidden"); }).map((e) => `${e.tagName}.${e.className}`).slice(0, 5) }));
      assert.equal(wide.page, 390, file);
      assert.equal(wide.body, 390, file);
      assert.deepEqual(wide.out, [], file);
    });
});

test("a large page is ready in two seconds and says what it left out", async () => {
  const file = report("large", results("large", ["run", `${SCENARIOS}/networks/surfnet.json`]));
  await clean(file, {}, async (page) => {
    const ready = await page.evaluate(() => performance.getEntriesByName("qkdes-ready")[0].startTime);
    assert.ok(ready < 2000, `ready after ${ready} ms`);
    console.log(`a page of ${((await readFile(file)).length / 1e6).toFixed(1)} MB is ready after ${Math.round(ready)} ms`);
    const raw = (await dataOf(page)).runs[0], said = await page.innerText("#thinned");
    assert.ok(raw.thinned.length > 0);
    for (const what of raw.thinned) assert.ok(said.includes(what), said);
    await picture(page, "large");
  });
});

test("a partial file is marked partial", async () => {
  spawnSync(process.env.QKDES, ["run", `${SCENARIOS}/every-family.json`, "--set", "/kem=modelled", "--quiet", "-o", "broken-off.h5"], { cwd: process.env.ARTEFACTS, timeout: 2500, killSignal: "SIGINT" });
  const file = report("partial", "broken-off.partial.h5");
  await clean(file, {}, async (page) => {
    const raw = (await dataOf(page)).runs[0];
    assert.equal(raw.complete, false);
    const banner = page.locator("#partial");
    assert.ok(await banner.isVisible());
    assert.ok((await banner.innerText()).includes(`broken-off.partial.h5 is partial: ${raw.reason}`));
    await picture(page, "partial");
  });
});

test("a comparison says what qkdes compare says", () => clean(comparison, {}, async (page) => {
  const doc = await dataOf(page), shown = await page.locator('.table[data-name="comparison-metrics"] tbody tr').count();
  assert.equal(shown, doc.comparison.metrics.filter((m) => m.base !== undefined).length);
  const said = JSON.parse(qkdes(["compare", "islands.h5", "key-aware.h5", "--format", "json"], 1));
  assert.deepEqual(doc.comparison.metrics, said.metrics);
}));

test("a sweep shows its intervals", () => clean(sweep, {}, async (page) => {
  await drawAll(page);
  const raw = (await dataOf(page)).runs[0], column = (t, n) => raw.tables[t].columns.find((c) => c.name === n).values;
  await page.locator("#sweep select").first().selectOption("latency_p99");
  const series = await page.evaluate(() => document.querySelector("#sweep .chart").figure.chart.getOption().series);
  const points = series.filter((s) => s.type === "line").flatMap((s) => s.data), whiskers = series.filter((s) => s.type === "custom").flatMap((s) => s.data);
  assert.equal(points.length, column("/points", "point").length);
  assert.equal(whiskers.length, points.length);
  assert.deepEqual(points.map((p) => p[1]).sort(), column("/metrics", "latency_p99").slice().sort());
  assert.deepEqual(whiskers.map((p) => p[2]).sort(), column("/metrics", "latency_p99_high").slice().sort());
}));

test("pictures to look at", async () => {
  await clean(islands, {}, (page) => picture(page, "desktop-light"));
  await clean(islands, { colorScheme: "dark" }, (page) => picture(page, "desktop-dark"));
  await clean(islands, { viewport: { width: 390, height: 844 } }, (page) => picture(page, "phone"));
  await clean(sweep, {}, (page) => picture(page, "sweep"));
  await clean(comparison, {}, (page) => picture(page, "comparison"));
  await clean(adversaries, {}, (page) => picture(page, "adversaries"));
});
