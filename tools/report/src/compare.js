// Two results side by side: metric by metric, and the same charts overlaid.
import { Run } from "./data.js";
import { el, picker, section, tilesOf } from "./dom.js";
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { clock, count, rate, share, span } from "./format.js";
import { cumulative, edge, mergeBins, quantileOf } from "./latency.js";
import { broken, timeAxisTo } from "./links.js";
import { valueText } from "./study.js";
import { dataTable } from "./table.js";
import { tile } from "./head.js";

const sides = ["base", "candidate"];
const more = new Set(["served", "availability"]);

function metricSection(doc) {
  const cmp = doc.comparison;
  if (!cmp) return [section("metrics", "Metrics", "One of the files has no figures by run, so there is nothing to compare metric by metric.")];
  const rows = cmp.metrics.filter((m) => m.base !== undefined), out = [];
  const change = (m) => (m.base ? m.difference / Math.abs(m.base) : null);
  const worse = (m) => (m.difference === 0 ? null : (m.difference < 0) === more.has(m.name));
  const table = dataTable({
    caption: `Metrics of ${cmp.base} and ${cmp.candidate}`, name: "comparison-metrics", rowsAtFirst: 20, columns: [
      { title: "metric", values: rows.map((m) => m.name.replaceAll("_", " ")) }, { title: "unit", values: rows.map((m) => m.unit) }, { title: "base", values: rows.map((m) => m.base), format: (v, i) => valueText(rows[i].name, rows[i].unit)(v) }, { title: "candidate", values: rows.map((m) => m.candidate), format: (v, i) => valueText(rows[i].name, rows[i].unit)(v) },
      { title: "difference", values: rows.map((m) => m.difference), format: (v, i) => `${v > 0 ? "+" : ""}${valueText(rows[i].name, rows[i].unit)(v)}` }, { title: "change", unit: "1", values: rows.map(change), format: (v) => `${v > 0 ? "+" : ""}${share(v)}` },
      ...(cmp.judged ? [{ title: "interval", values: rows.map((m) => (m.low === undefined || m.low === null ? "" : `${valueText(m.name, m.unit)(m.low)} to ${valueText(m.name, m.unit)(m.high)}`)) }, { title: "p (Holm)", unit: "1", values: rows.map((m) => m.p_holm ?? null) }] : []),
      { title: "verdict", values: rows.map((m) => (m.verdict === "no data" ? "–" : m.verdict)) }, { title: "meaning", values: rows.map((m) => m.meaning) }],
  });
  table.classList.add("card");
  const shown = rows.filter((m) => Number.isFinite(change(m)));
  const figure = new Figure({
    id: "changes", title: "Change of each metric", height: () => 70 + 30 * shown.length, hint: "Relative to the base. Orange: for the worse; blue: for the better.",
    text: () => shown.map((m) => `${m.name.replaceAll("_", " ")} ${share(change(m))}`).join(", ") + ".",
    option: (c, w) => { const list = shown.slice().reverse(); return {
      grid: { left: w < 520 ? 100 : 140, right: 70, top: 8, bottom: 30 }, xAxis: axisOf(c, { type: "value", axisLabel: { formatter: share } }), yAxis: axisOf(c, { type: "category", data: list.map((m) => m.name.replaceAll("_", " ")), axisLabel: { color: c.ink, interval: 0, hideOverlap: false } }),
      tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => { const m = list[p.dataIndex], t = valueText(m.name, m.unit); return `${p.name}: ${t(m.base)} → <b>${t(m.candidate)}</b>`; } }),
      series: [{ type: "bar", barMaxWidth: 18, label: { show: true, color: c.ink, position: "right", formatter: (p) => `${p.value > 0 ? "+" : ""}${share(p.value)}` }, data: list.map((m) => ({ value: change(m), label: { position: change(m) < 0 ? "left" : "right" }, itemStyle: { color: worse(m) === null ? c.soft : worse(m) ? c.set[3] : c.set[0] } })) }],
    }; },
    table: () => table.cloneNode(true),
  });
  const verdict = cmp.judged ? (cmp.regression ? ["Regression", "at least one metric got worse", "bad"] : ["No regression", "at the default thresholds", "good"]) : ["No verdict", "single runs: replications are needed to judge"];
  const tiles = rows.filter((m) => ["served", "latency_p50", "latency_p99", "availability", "relay_knows"].includes(m.name)).map((m) => { const t = valueText(m.name, m.unit), w = worse(m); return tile(m.name.replaceAll("_", " "), `${t(m.base)} → ${t(m.candidate)}`, Number.isFinite(change(m)) ? `${change(m) > 0 ? "+" : ""}${share(change(m))}` : "", w === null ? "" : w ? "bad" : "good"); });
  out.push(section("overview", "Overview", null, tilesOf([tile("Verdict", ...verdict), ...tiles])), section("metrics", "Metrics", "The same figures and rules as qkdes compare.", el(".grid", {}, shown.length ? figure.node : null, table)));
  if (cmp.recoveries?.length) {
    const r = cmp.recoveries, of = (k) => r.map((x) => x[k] ?? null), t = dataTable({ caption: "Time to recover after each fault", name: "comparison-recoveries", columns: [{ title: "fault", values: of("fault") }, { title: "base", unit: "s", values: of("base") }, { title: "candidate", unit: "s", values: of("candidate") }, { title: "difference", unit: "s", values: of("difference") }] });
    t.classList.add("card");
    out.push(section("recoveries", "Recovery", null, t));
  }
  return out;
}

function overlays(runs) {
  const out = [], both = (f) => runs.map(f), colour = (c, s) => (s === 0 ? c.set[0] : c.set[3]), dash = (s) => (s === 0 ? "solid" : "dashed"), end = Math.max(...both((r) => r.end));
  const time = (c) => timeAxisTo(end, c);
  const notServed = (run) => run.raw.requests.by_frame[0]?.map((_, f) => run.raw.requests.by_frame.reduce((n, o, i) => n + (i ? o[f] : 0), 0) / run.width) ?? [];
  if (runs.every((r) => r.asked > 0)) {
    const refused = both(notServed);
    out.push(new Figure({
      id: "refused", title: "Requests not served each second", height: 320, wide: "w6", text: () => both((r, s) => `${sides[s]}: ${count(r.asked - r.served)} of ${count(r.asked)}`).join("; ") + ".",
      option: (c, w) => ({ legend: legendOf(c), grid: { left: w < 520 ? 56 : 70, right: 18, top: 40, bottom: 32 }, xAxis: time(c), yAxis: axisOf(c, { type: "value", min: 0, name: "" }), tooltip: tooltipOf(c, { formatter: (ps) => `<b>${clock(ps[0].axisValue)}</b><br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${p.value[1].toPrecision(3)} /s</b>`).join("<br>") }),
        series: runs.map((r, s) => ({ name: sides[s], type: "line", step: "middle", showSymbol: false, color: colour(c, s), lineStyle: { width: 1.8, type: dash(s) }, data: refused[s].map((n, f) => [r.time(f), n]) })) }),
      table: () => dataTable({ caption: "Requests not served, per second", name: "comparison-refused", columns: runs.flatMap((r, s) => [{ title: `${sides[s]}: at`, unit: "s", values: refused[s].map((_, f) => r.time(f)) }, { title: sides[s], unit: "/s", values: refused[s] }]).map((col, _, all) => ({ ...col, values: Array.from({ length: Math.max(...all.map((x) => x.values.length)) }, (_2, i) => col.values[i] ?? null) })) }),
    }));
  }
  if (runs.every((r) => r.served > 0)) {
    const per = runs[0].raw.requests.bins_per_decade, bins = both((r) => mergeBins(r.demands));
    out.push(new Figure({
      id: "latency", title: "Latency of served requests", height: 320, wide: "w6", text: () => both((r, s) => `${sides[s]}: half within ${span(quantileOf(bins[s], per, 0.5))}, 99 % within ${span(quantileOf(bins[s], per, 0.99))}`).join("; ") + ".",
      option: (c, w) => { const min = edge(Math.min(...bins.map((b) => b[0][0])) - per / 16, per), max = edge(Math.max(...bins.map((b) => b.at(-1)[0])) + 1 + per / 16, per); return {
        legend: legendOf(c), grid: { left: w < 520 ? 50 : 66, right: 24, top: 40, bottom: 32 }, xAxis: axisOf(c, { type: max / min < 30 ? "value" : "log", min, max, axisLabel: { formatter: (v) => span(v) } }), yAxis: axisOf(c, { type: "value", min: 0, max: 1, axisLabel: { formatter: share } }),
        tooltip: tooltipOf(c, { formatter: (ps) => `up to ${span(ps[0].axisValue)}<br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${share(p.value[1])}</b>`).join("<br>") }),
        series: runs.map((r, s) => ({ name: sides[s], type: "line", step: "end", showSymbol: false, color: colour(c, s), lineStyle: { width: 2, type: dash(s) }, data: [[min, 0], ...cumulative(bins[s], per), [max, 1]] })) }; },
      table: () => dataTable({ caption: "Latency of all served requests (middle of a bin)", name: "comparison-latency", columns: [{ title: "share within", unit: "1", values: [0.5, 0.9, 0.95, 0.99, 1], format: share }, ...runs.map((r, s) => ({ title: sides[s], unit: "s", values: [0.5, 0.9, 0.95, 0.99, 1].map((q) => quantileOf(bins[s], per, q)) }))] }),
    }));
  }
  const ids = runs[0].qkdLinks.filter((l) => runs[1].qkdLinks.some((k) => k.id === l.id)).map((l) => l.id);
  if (ids.length) {
    let id = ids[0];
    const pick = picker("Link", ids.map((x) => [x, x]), id, (v) => { id = v; rates.redraw(); });
    const link = (run) => run.qkdLinks.find((l) => l.id === id);
    const levels = (r) => Array.from({ length: r.frames }, (_, f) => [r.time(f), r.levelAt(link(r), f)]);
    const rates = new Figure({
      id: "rates", title: "A link in both", height: 420, tools: [pick.node], hint: "Above: key rate of blocks. Below: key in the emptier store of the link.",
      text: () => both((r, s) => `${sides[s]}: ${rate(link(r).totals.secret_rate)} made, ${rate(link(r).totals.used_rate)} used`).join("; ") + ".",
      option: (c, w) => ({ legend: legendOf(c, { data: sides }), grid: [{ left: w < 520 ? 66 : 88, right: 18, top: 40, height: 150 }, { left: w < 520 ? 66 : 88, right: 18, top: 232, height: 150 }], xAxis: [0, 1].map((g) => ({ ...time(c), gridIndex: g })), yAxis: [axisOf(c, { gridIndex: 0, type: "value", min: 0, axisLabel: { formatter: rate } }), axisOf(c, { gridIndex: 1, type: "value", min: 0, axisLabel: { formatter: (v) => rate(v).replace("/s", "") } })],
        tooltip: tooltipOf(c, { formatter: (ps) => `<b>${clock(ps[0].axisValue)}</b><br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${p.seriesIndex < 2 ? rate(p.value[1]) : rate(p.value[1]).replace("/s", "")}</b>`).join("<br>") }),
        series: [...runs.map((r, s) => ({ name: sides[s], type: "line", step: "start", showSymbol: false, color: colour(c, s), lineStyle: { width: 1.5, type: dash(s) }, data: link(r).series ? broken(link(r).series.t.map((t, i) => [t, link(r).series.rate[i]]), 0) : [] })), ...runs.map((r, s) => ({ name: sides[s], type: "line", step: "end", xAxisIndex: 1, yAxisIndex: 1, showSymbol: false, color: colour(c, s), lineStyle: { width: 1.5, type: dash(s) }, data: levels(r) }))] }),
      table: () => dataTable({ caption: "Links in both", name: "comparison-links", columns: [{ title: "link", values: ids }, ...runs.flatMap((r, s) => [{ title: `${sides[s]}: made`, unit: "bit/s", values: ids.map((x) => r.qkdLinks.find((l) => l.id === x).totals.secret_rate) }, { title: `${sides[s]}: used`, unit: "bit/s", values: ids.map((x) => r.qkdLinks.find((l) => l.id === x).totals.used_rate) }])] }),
    });
    out.push(rates);
  }
  const causes = [...new Set(runs.flatMap((r) => r.outcomes.filter((_, o) => o > 0 && r.totals[o] > 0)))];
  if (causes.length) out.push(new Figure({
    id: "causes", title: "Not served, by cause", height: () => 90 + 46 * causes.length, text: () => causes.map((x) => `${x}: ${runs.map((r) => count(r.totals[r.outcomes.indexOf(x)] ?? 0)).join(" and ")}`).join("; ") + ".",
    option: (c) => ({ legend: legendOf(c), grid: { left: 100, right: 64, top: 38, bottom: 30 }, xAxis: axisOf(c, { type: "value", minInterval: 1, axisLabel: { formatter: count } }), yAxis: axisOf(c, { type: "category", inverse: true, data: causes, axisLabel: { color: c.ink } }), tooltip: tooltipOf(c, {}),
      series: runs.map((r, s) => ({ name: sides[s], type: "bar", barMaxWidth: 18, color: colour(c, s), label: { show: true, position: "right", color: c.ink, formatter: (p) => count(p.value) }, data: causes.map((x) => r.totals[r.outcomes.indexOf(x)] ?? 0) })) }),
    table: () => dataTable({ caption: "Requests not served, by cause", name: "comparison-causes", columns: [{ title: "cause", values: causes }, ...runs.map((r, s) => ({ title: sides[s], unit: "1", values: causes.map((x) => r.totals[r.outcomes.indexOf(x)] ?? 0) }))] }),
  }));
  return out;
}

export function comparisonPage(doc) {
  const nodes = metricSection(doc);
  if (doc.runs.every((r) => r.kind === "run")) {
    const figures = overlays(doc.runs.map((r) => new Run(r)));
    if (figures.length) nodes.push(section("charts", "Overlaid", "Solid blue: the base. Dashed orange: the candidate.", el(".grid", {}, figures.map((f) => f.node))));
  }
  return { nodes };
}
