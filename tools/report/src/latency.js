// How long keys take: the share of served requests answered within a time, or how many took about how long.
import { picker } from "./dom.js";
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { count, share, span } from "./format.js";
import { dataTable } from "./table.js";

const most = 6;
export function mergeBins(demands) {
  const all = new Map();
  for (const d of demands) for (const [bin, n] of d.latency?.bins ?? []) all.set(bin, (all.get(bin) ?? 0) + n);
  return [...all].sort((a, b) => a[0] - b[0]);
}
export const edge = (bin, per) => 10 ** (bin / per) / 1e9;
/// [seconds, share at or below]: steps at the upper ends of bins.
export function cumulative(bins, per) {
  const total = bins.reduce((n, [, k]) => n + k, 0), out = [];
  let n = 0;
  if (bins.length) out.push([edge(bins[0][0], per), 0]);
  for (const [bin, k] of bins) { n += k; out.push([edge(bin + 1, per), n / total]); }
  return out;
}
/// The smallest bin at whose upper end at least a share q is reached, as its middle.
export function quantileOf(bins, per, q) {
  const total = bins.reduce((n, [, k]) => n + k, 0);
  let n = 0;
  for (const [bin, k] of bins) if ((n += k) >= q * total) return Math.sqrt(edge(bin, per) * edge(bin + 1, per));
  return null;
}

export function latencyFigures(run) {
  const per = run.raw.requests.bins_per_decade, served = run.demands.filter((d) => d.latency).sort((a, b) => b.outcomes[0] - a.outcomes[0]);
  if (!served.length) return [];
  const all = { name: "all demands", bins: mergeBins(served) };
  let mode = "cdf", which = "busiest";
  const shown = () => (which === "busiest" ? [all, ...(served.length > 1 ? served.slice(0, most).map((d) => ({ name: d.name, bins: d.latency.bins })) : [])] : which === "all" ? [all] : [{ name: served[which].name, bins: served[which].latency.bins }]);
  const what = picker("Show", [["busiest", served.length > 1 ? `all and the ${Math.min(most, served.length)} busiest` : "all"], ["all", "all demands together"], ...served.slice(0, 200).map((d, i) => [i, d.name])], which, (v) => { which = v; figure.redraw(); });
  const how = picker("As", [["cdf", "share within a time"], ["histogram", "histogram"]], mode, (v) => { mode = v; figure.redraw(); });
  const figure = new Figure({
    id: "latency", title: "Time from asking until both applications hold the key", height: 360, tools: [what.node, how.node],
    hint: `${count(run.served)} served requests, all of them counted, in bins of ${share(10 ** (1 / per) - 1)}.`,
    text: () => `Half of all served requests took at most ${span(run.figures.get("network latency_p50")?.value ?? quantileOf(all.bins, per, 0.5))}, 95 % at most ${span(run.figures.get("network latency_p95")?.value ?? quantileOf(all.bins, per, 0.95))}, 99 % at most ${span(run.figures.get("network latency_p99")?.value ?? quantileOf(all.bins, per, 0.99))}.`,
    option: (c, w) => {
      const sets = shown(), lo = Math.min(...sets.map((s) => s.bins[0][0])), hi = Math.max(...sets.map((s) => s.bins.at(-1)[0] + 1));
      const min = edge(lo - per / 16, per), max = edge(hi + per / 16, per);
      const axis = axisOf(c, { type: "log", logBase: 10, min, max, splitLine: { show: true, lineStyle: { color: c.faint } }, minorTick: { show: true }, axisLabel: { formatter: (v) => span(v) } });
      // Within one decade a logarithmic axis has no tick but its ends.
      const narrow = max / min < 30 ? { ...axis, type: "value", scale: true } : axis;
      return {
        legend: legendOf(c), grid: { left: w < 520 ? 50 : 66, right: 24, top: 42, bottom: 34 }, xAxis: narrow,
        yAxis: mode === "cdf" ? axisOf(c, { type: "value", min: 0, max: 1, axisLabel: { formatter: share } }) : axisOf(c, { type: "value", minInterval: 1, axisLabel: { formatter: count } }),
        tooltip: tooltipOf(c, { trigger: mode === "cdf" ? "axis" : "item", formatter: (ps) => { const list = [].concat(ps); return `up to ${span(list[0].value[0])}<br>` + list.map((p) => `${p.marker}${p.seriesName}: <b>${mode === "cdf" ? share(p.value[1]) : count(p.value[2])}</b>`).join("<br>"); } }),
        series: sets.map((s, i) => (mode === "cdf"
          ? { name: s.name, type: "line", step: "end", showSymbol: false, color: i === 0 && which === "busiest" ? c.ink : c.set[(i + (which === "busiest" ? 7 : 0)) % 8], lineStyle: { width: i === 0 ? 2.6 : 1.6 }, data: [[min, 0], ...cumulative(s.bins, per), [max, 1]] }
          : { name: s.name, type: "custom", color: i === 0 && which === "busiest" ? c.soft : c.set[(i + 7) % 8], data: s.bins.map(([b, n]) => [edge(b + 1, per), edge(b, per), n]), encode: { x: [0, 1], y: 2 },
            renderItem: (_, api) => { const [x1, y] = api.coord([api.value(0), api.value(2)]), [x0, base] = api.coord([api.value(1), 0]); return { type: "rect", shape: { x: x0, y, width: Math.max(1.5, x1 - x0), height: Math.max(1, base - y) }, style: { fill: api.visual("color"), opacity: i === 0 && sets.length > 1 ? 0.35 : 0.8 } }; } })),
      };
    },
    table: () => quantiles(),
  });
  const quantiles = () => {
    const of = (k) => served.map((d) => d.latency[k]);
    return dataTable({ caption: "Latency of served requests by demand", name: `${run.fileStem()}-latency`, columns: [{ title: "demand", values: served.map((d) => d.name) }, { title: "served", unit: "1", values: served.map((d) => d.outcomes[0]) },
      ...[["mean", "mean"], ["p50", "50 %"], ["p95", "95 %"], ["p99", "99 %"], ["max", "longest"]].map(([k, t]) => ({ title: t, unit: "s", values: of(k) }))] });
  };
  return [figure, { node: (() => { const n = quantiles(); n.classList.add("card"); return n; })() }];
}
