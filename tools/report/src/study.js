// Sweeps, plans and replications: many runs in one file.
import { column } from "./data.js";
import { el, picker, section, tilesOf } from "./dom.js";
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { count, digits, share, withUnit } from "./format.js";
import { dataTable } from "./table.js";
import { plainTable } from "./tables.js";
import { tile } from "./head.js";

const studyColumns = new Set(["point", "status", "runs", "failed", "reason"]);
const shares = new Set(["served", "blocked", "availability", "relay_knows"]);
export const valueText = (name, unit) => (v) => (v === null || v === undefined ? "–" : unit === "1" && shares.has(name.split(" ").at(-1)) ? share(v) : withUnit(v, unit === "1" && !Number.isInteger(v) ? undefined : unit));

function axesOf(raw) {
  return raw.tables["/points"].columns.filter((c) => !studyColumns.has(c.name)).map((c) => {
    const text = (v) => (typeof v === "number" ? (c.unit && c.unit !== "1" ? `${digits(v, 4)} ${c.unit}`.replace(" /s", " /s") : digits(v, 4)) : String(v).replace(/^"|"$/g, ""));
    return { name: c.name, unit: c.unit, values: c.values, numeric: c.values.every((v) => typeof v === "number"), text, distinct: [...new Set(c.values)].sort((a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }))) };
  });
}
function metricsOf(raw) {
  const columns = raw.tables["/metrics"].columns, by = new Map(columns.map((c) => [c.name, c]));
  return columns.filter((c) => by.has(`${c.name}_low`) && by.has(`${c.name}_high`) && by.has(`${c.name}_runs`)).map((c) => ({ name: c.name, unit: c.unit, description: c.description, mean: c.values, low: by.get(`${c.name}_low`).values, high: by.get(`${c.name}_high`).values, text: valueText(c.name, c.unit) }));
}

function sweep(raw) {
  const axes = axesOf(raw), metrics = metricsOf(raw), stem = raw.file.replace(/\.h5$/, "");
  const points = column(raw, "/points", "point"), status = column(raw, "/points", "status"), failed = column(raw, "/points", "failed"), reason = column(raw, "/points", "reason"), runs = column(raw, "/points", "runs");
  const varied = axes.filter((a) => a.distinct.length > 1), out = [];
  const served = metrics.find((m) => m.name === "served") ?? metrics[0];
  const state = { metric: served?.name, x: (varied[0] ?? axes[0])?.name, mode: varied.length === 2 && varied.every((a) => a.distinct.length > 5) ? "map" : "lines" };
  const metric = () => metrics.find((m) => m.name === state.metric);
  const figures = [];
  const redraw = () => figures.forEach((f) => f.redraw());
  const bad = points.filter((_, i) => failed[i] > 0).length;
  out.push(section("overview", "Overview", null, tilesOf([tile("Points", count(points.length), axes.map((a) => `${a.distinct.length} × ${a.name}`).join(", ")), tile("Runs", count(runs.reduce((a, b) => a + b, 0)), `${count(runs[0])} at each point`), tile("Points with failed runs", count(bad), bad ? "listed below" : "none", bad ? "bad" : "good"),
    served ? tile(`Best ${served.name.replaceAll("_", " ")}`, served.text(best(served, 1)), `worst ${served.text(best(served, -1))}`) : null].filter(Boolean))));
  if (bad) {
    const at = points.map((_, i) => i).filter((i) => failed[i] > 0);
    const node = dataTable({ caption: "Points whose runs failed", name: `${stem}-failed`, columns: [{ title: "point", unit: "index", values: at.map((i) => points[i]) }, ...axes.map((a) => ({ title: a.name, unit: a.unit, values: at.map((i) => a.values[i]), format: a.text })), { title: "failed runs", unit: "1", values: at.map((i) => failed[i]) }, { title: "why", values: at.map((i) => reason[i]) }] });
    node.classList.add("card");
    out.push(section("failed", "Failed points", null, node));
  }
  if (metrics.length && axes.length) {
    const pickMetric = picker("Figure", metrics.map((m) => [m.name, m.name.replaceAll("_", " ")]), state.metric, (v) => { state.metric = v; redraw(); });
    const pickX = picker("Along", axes.map((a) => [a.name, a.name]), state.x, (v) => { state.x = v; redraw(); });
    const pickMode = varied.length === 2 ? picker("As", [["lines", "lines with intervals"], ["map", "heat map"]], state.mode, (v) => { state.mode = v; redraw(); }) : null;
    const f = new Figure({
      id: "sweep", title: "Figure over the axes", height: 440, tools: [pickMetric.node, pickX.node, pickMode?.node],
      text: () => { const m = metric(); return `${m.name}: ${m.description}; from ${m.text(best(m, -1))} to ${m.text(best(m, 1))} over ${points.length} points.`; },
      option: (c, w) => {
        const m = metric();
        f.hintNode.textContent = `${m.description}. Means over the replications with their 95 % intervals.`;
        return state.mode === "map" && varied.length === 2 ? heat(c, w, m) : lines(c, w, m);
      },
      table: () => pointTable(),
    });
    figures.push(f);
    const heat = (c, w, m) => {
      const ax = varied.find((a) => a.name === state.x) ?? varied[0], ay = varied.find((a) => a !== ax);
      const known = m.mean.filter(Number.isFinite);
      return {
        grid: { left: w < 520 ? 76 : 100, right: w < 520 ? 16 : 110, top: 20, bottom: w < 520 ? 110 : 56 }, tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => `${ax.name} ${ax.text(ax.distinct[p.value[0]])}<br>${ay.name} ${ay.text(ay.distinct[p.value[1]])}<br><b>${m.text(p.value[2])}</b>` }),
        xAxis: axisOf(c, { type: "category", name: ax.name, nameLocation: "middle", nameGap: 32, data: ax.distinct.map(ax.text) }), yAxis: axisOf(c, { type: "category", name: ay.name, data: ay.distinct.map(ay.text) }),
        visualMap: { min: Math.min(...known), max: Math.max(...known) + 1e-12, calculable: true, orient: w < 520 ? "horizontal" : "vertical", right: w < 520 ? "center" : 4, ...(w < 520 ? { bottom: 6, left: "center" } : { top: "middle" }), textStyle: { color: c.soft }, formatter: (v) => m.text(v), inRange: { color: ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"] } },
        series: [{ type: "heatmap", data: points.map((_, i) => [ax.distinct.indexOf(ax.values[i]), ay.distinct.indexOf(ay.values[i]), m.mean[i]]).filter((d) => Number.isFinite(d[2])), label: { show: points.length <= 60, formatter: (p) => m.text(p.value[2]), fontSize: 11, textBorderColor: "#00000088", textBorderWidth: 2, color: "#fff" } }],
      };
    };
    const lines = (c, w, m) => {
      const ax = axes.find((a) => a.name === state.x), others = varied.filter((a) => a !== ax), groups = new Map();
      points.forEach((_, i) => { const k = others.map((a) => `${a.name} ${a.text(a.values[i])}`).join(", ") || m.name.replaceAll("_", " "); groups.set(k, [...(groups.get(k) ?? []), i]); });
      const xOf = (i) => (ax.numeric ? ax.values[i] : ax.distinct.indexOf(ax.values[i]));
      const series = [];
      [...groups].slice(0, 24).forEach(([name, list], g) => {
        const at = list.filter((i) => Number.isFinite(m.mean[i])).sort((a, b) => xOf(a) - xOf(b)), colour = c.set[g % 8];
        series.push({ name, type: "line", data: at.map((i) => [xOf(i), m.mean[i], m.low[i], m.high[i]]), color: colour, symbol: ["circle", "rect", "triangle", "diamond"][g % 4], symbolSize: 8, lineStyle: { width: 2, type: g >= 8 ? "dashed" : "solid" } });
        series.push({ name, type: "custom", silent: true, color: colour, z: 1, tooltip: { show: false }, encode: { x: 0, y: [1, 2] }, data: at.filter((i) => Number.isFinite(m.low[i]) && Number.isFinite(m.high[i])).map((i) => [xOf(i), m.low[i], m.high[i]]), renderItem: (_, api) => whisker(api, colour) });
      });
      const x = ax.numeric ? { type: "value", scale: true, axisLabel: { formatter: (v) => ax.text(v) } } : { type: "category", data: ax.distinct.map(ax.text) };
      return {
        legend: legendOf(c, { data: [...groups.keys()].slice(0, 24) }), grid: { left: w < 520 ? 70 : 92, right: 30, top: 46, bottom: 58 },
        xAxis: axisOf(c, { ...x, name: ax.name, nameLocation: "middle", nameGap: 32, splitLine: { show: false } }), yAxis: axisOf(c, { type: "value", scale: true, axisLabel: { formatter: m.text } }),
        tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => `${p.seriesName}<br>${ax.name} ${ax.numeric ? ax.text(p.value[0]) : ax.text(ax.distinct[p.value[0]])}: <b>${m.text(p.value[1])}</b><br>95 %: ${m.text(p.value[2])} to ${m.text(p.value[3])}` }), series,
      };
    };
    out.push(section("figures", "Figures", null, el(".grid", {}, f.node)));
  }
  const pointTable = () => {
    const cols = [{ title: "point", unit: "index", values: points }, ...axes.map((a) => ({ title: a.name, unit: a.unit, values: a.values, format: (v) => a.text(v) })), { title: "status", values: status }];
    for (const m of metrics) cols.push({ title: m.name.replaceAll("_", " "), unit: m.unit, description: m.description, values: m.mean, format: (v, i) => (Number.isFinite(m.high[i]) && Number.isFinite(m.low[i]) ? `${m.text(v)} ± ${m.text((m.high[i] - m.low[i]) / 2)}` : m.text(v)) }, { title: `${m.name.replaceAll("_", " ")} low`, unit: m.unit, values: m.low, format: m.text }, { title: `${m.name.replaceAll("_", " ")} high`, unit: m.unit, values: m.high, format: m.text });
    const table = dataTable({ caption: "Points of the sweep, means with half the width of their 95 % intervals", name: `${stem}-points`, rowsAtFirst: 40, total: raw.tables["/points"].total, columns: cols });
    return table;
  };
  const all = pointTable();
  all.classList.add("card");
  out.push(section("points", "Points", null, all));
  return out;
}
const best = (m, sign) => { const v = m.mean.filter(Number.isFinite); return v.length ? (sign === 1 ? Math.max(...v) : Math.min(...v)) : null; };
export function whisker(api, colour) {
  const x = api.value(0), a = api.coord([x, api.value(1)]), b = api.coord([x, api.value(2)]), line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: 1.6, fill: "none" } });
  return { type: "group", children: [line(a[0], a[1], b[0], b[1]), line(a[0] - 5, a[1], a[0] + 5, a[1]), line(b[0] - 5, b[1], b[0] + 5, b[1])] };
}

function plan(raw) {
  const stem = raw.file.replace(/\.h5$/, ""), sentences = column(raw, "/answer_text", "sentence"), out = [];
  out.push(section("answer", "Answer", null, el(".card", {}, sentences.map((s) => el("p", {}, s)))));
    const levels = raw.tables["/levels"];
  if (levels) {
    const of = (n) => column(raw, "/levels", n), keys = levels.columns.map((c) => c.name), base = new Set(["level", "mean", "low", "high", "bound", "unit", "verdict", "margin", "runs", "tightest"]);
    const axis = levels.columns.find((c) => !base.has(c.name) && c.kind === "number");
    const names = [...new Set(of("level"))];
    if (axis && names.length && keys.includes("mean")) {
      let name = names[0];
      const pick = picker("Level", names.map((n) => [n, n.replaceAll("_", " ")]), name, (v) => { name = v; f.redraw(); });
      const rows = () => of("level").map((n, i) => i).filter((i) => of("level")[i] === name).sort((a, b) => axis.values[a] - axis.values[b]);
      const f = new Figure({
        id: "levels", title: "What was tried", height: 380, tools: [pick.node], hint: `Mean of each point with its interval, over ${axis.name.replaceAll("_", " ")}; the dashed line is the bound.`,
        text: () => rows().map((i) => `${axis.name} ${digits(axis.values[i])}: ${of("verdict")[i]}`).join("; ") + ".",
        option: (c, w) => {
          const r = rows(), unit = of("unit")[r[0]], text = valueText(name, unit), bound = of("bound")[r[0]];
          const colour = (i) => ({ holds: c.set[2], fails: c.set[3] })[of("verdict")[i]] ?? c.soft;
          return {
            grid: { left: w < 520 ? 64 : 84, right: 30, top: 20, bottom: 56 }, tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => (p.value?.length > 3 ? `${axis.name} ${withUnit(p.value[0], axis.unit)}: <b>${text(p.value[1])}</b><br>${p.value[3]}` : "") }),
            xAxis: axisOf(c, { type: "value", scale: true, name: axis.name.replaceAll("_", " "), nameLocation: "middle", nameGap: 32, axisLabel: { formatter: (v) => withUnit(v, axis.unit) } }), yAxis: axisOf(c, { type: "value", scale: true, axisLabel: { formatter: text } }),
            series: [{ type: "scatter", symbolSize: 11, data: r.map((i) => ({ value: [axis.values[i], of("mean")[i], 0, of("verdict")[i]], symbol: of("verdict")[i] === "holds" ? "circle" : of("verdict")[i] === "fails" ? "diamond" : "rect", itemStyle: { color: colour(i) } })), markLine: { precision: 12, symbol: "none", silent: true, data: [{ yAxis: bound }], lineStyle: { color: c.ink, type: "dashed" }, label: { formatter: `bound ${text(bound)}`, color: c.ink, position: "insideEndTop" } } },
              { type: "custom", silent: true, encode: { x: 0, y: [1, 2] }, data: r.map((i) => [axis.values[i], of("low")[i], of("high")[i]]), renderItem: (p, api) => whisker(api, colour(r[p.dataIndex])) }],
          };
        },
        table: () => plainTable(raw, "/levels", stem),
      });
      out.push(section("tried", "What was tried", null, el(".grid", {}, f.node)));
    }
  }
  return [...out, ...everyTable(raw, ["/answer_text"])];
}
function everyTable(raw, without) {
  const stem = raw.file.replace(/\.h5$/, "");
  const nodes = Object.keys(raw.tables).filter((p) => !without.includes(p) && raw.tables[p].total > 0).map((p) => el("details.card", { open: true }, el("summary", {}, `${p.slice(1).replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase())} (${count(raw.tables[p].total)})`), plainTable(raw, p, stem)));
  return nodes.length ? [section("tables", "Tables", null, ...nodes)] : [];
}

function replications(raw) {
  const of = (n) => column(raw, "/replications", n), who = of("of"), figure = of("figure"), unit = of("unit"), value = of("value"), seed = of("seed");
  const groups = new Map(), seeds = [...new Set(seed)];
  who.forEach((w, i) => { const k = `${w}\n${figure[i]}`; if (!groups.has(k)) groups.set(k, { who: w, figure: figure[i], unit: unit[i], values: [] }); groups.get(k).values.push(value[i]); });
  const rows = [...groups.values()].map((g) => { const v = g.values.filter((x) => x !== null); const mean = v.reduce((a, b) => a + b, 0) / v.length; return { ...g, n: v.length, mean: v.length ? mean : null, min: v.length ? Math.min(...v) : null, max: v.length ? Math.max(...v) : null, sd: v.length > 1 ? Math.sqrt(v.reduce((s, x) => s + (x - mean) ** 2, 0) / (v.length - 1)) : null }; });
  const network = rows.filter((r) => r.who === "network"), stem = raw.file.replace(/\.h5$/, "");
  let chosen = (network.find((r) => r.figure === "served") ?? rows[0]);
  const pick = picker("Figure", rows.map((r, i) => [i, `${r.who === "network" ? "" : `${r.who}: `}${r.figure.replaceAll("_", " ")}`]).slice(0, 2000), rows.indexOf(chosen), (v) => { chosen = rows[v]; f.redraw(); });
  const f = new Figure({
    id: "spread", title: "Replication by replication", height: 360, tools: [pick.node], text: () => `${chosen.who} ${chosen.figure}: mean ${valueText(chosen.figure, chosen.unit)(chosen.mean)} over ${chosen.n} replications, from ${valueText(chosen.figure, chosen.unit)(chosen.min)} to ${valueText(chosen.figure, chosen.unit)(chosen.max)}.`,
    option: (c, w) => { const text = valueText(chosen.figure, chosen.unit); return {
      grid: { left: w < 520 ? 70 : 90, right: 80, top: 24, bottom: 50 }, tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => `seed ${seeds[p.value?.[0]] ?? ""}: <b>${text(p.value?.[1])}</b>` }),
      xAxis: axisOf(c, { type: "category", data: seeds.map((_, i) => String(i)), name: "replication", nameLocation: "middle", nameGap: 28 }), yAxis: axisOf(c, { type: "value", scale: true, axisLabel: { formatter: text } }),
      series: [{ type: "scatter", symbolSize: 11, color: c.set[0], data: chosen.values.map((v, i) => [i, v]), markLine: { precision: 12, symbol: "none", silent: true, lineStyle: { color: c.ink, type: "dashed" }, label: { color: c.ink, formatter: `mean ${text(chosen.mean)}`, position: "insideEndTop" }, data: [{ yAxis: chosen.mean }] } }],
    }; },
    table: () => dataTable({ caption: "Values by replication", name: `${stem}-${chosen.figure}`, columns: [{ title: "replication", unit: "index", values: chosen.values.map((_, i) => i) }, { title: "seed", values: chosen.values.map((_, i) => seeds[i]) }, { title: chosen.figure.replaceAll("_", " "), unit: chosen.unit, values: chosen.values }] }),
  });
  const col = (k) => rows.map((r) => r[k]), text = (v, i) => valueText(rows[i].figure, rows[i].unit)(v);
  const table = dataTable({ caption: "Figures over the replications", name: `${stem}-figures`, rowsAtFirst: 30, columns: [{ title: "of", values: col("who") }, { title: "figure", values: rows.map((r) => r.figure.replaceAll("_", " ")) }, { title: "unit", values: col("unit") }, { title: "mean", values: col("mean"), format: text }, { title: "standard deviation", values: col("sd"), format: text }, { title: "least", values: col("min"), format: text }, { title: "most", values: col("max"), format: text }, { title: "runs", unit: "1", values: col("n") }] });
  table.classList.add("card");
  return [section("overview", "Overview", `${count(seeds.length)} runs of the same scenario on other random numbers.`, tilesOf(network.slice(0, 8).map((r) => tile(r.figure.replaceAll("_", " "), valueText(r.figure, r.unit)(r.mean), r.sd === null ? "" : `± ${valueText(r.figure, r.unit)(r.sd)} from run to run`)))), section("spread-section", "Spread", null, el(".grid", {}, f.node)), section("tables", "Figures", null, table)];
}

export function studyPage(raw) {
  const nodes = raw.kind === "sweep" ? sweep(raw) : raw.kind === "plan" ? plan(raw) : raw.kind === "replications" ? replications(raw) : everyTable(raw, []);
  return { nodes: nodes.length ? nodes : [section("tables", "Tables", "The file has no rows yet.")] };
}
