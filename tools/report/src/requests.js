// Requests: by moment and cause, and the classes that served keys have.
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { clock, count, share, span } from "./format.js";
import { dataTable } from "./table.js";
import { followNow, markNow, timeAxis } from "./links.js";

export const causeColour = (c, o) => (o === 0 ? c.set[0] : [c.set[3], c.set[1], c.set[4], c.set[5], c.set[6], c.set[2], c.set[7], c.soft, c.line][(o - 1) % 9]);

export function requestFigures(run, replay) {
  const by = run.raw.requests.by_frame, causes = run.outcomes.map((name, o) => ({ name, o, n: run.totals[o] })).filter((x) => x.n > 0);
  const refused = causes.filter((x) => x.o > 0);
  const mid = (f) => run.time(f);
  const time = new Figure({
    id: "causes-time", title: "Requests over time", wide: "w8", height: 340,
    hint: `By the moment of asking, in steps of ${span(run.width)}. Bands: faults of any link or node.`,
    text: () => `${count(run.asked)} requests, ${count(run.asked - run.served)} not served${refused.length ? `: ${refused.map((x) => `${count(x.n)} ${x.name}`).join(", ")}` : ""}.`,
    option: (c, w) => ({
      legend: legendOf(c), grid: { left: w < 520 ? 48 : 64, right: 18, top: 54, bottom: 34 }, xAxis: timeAxis(run, c), yAxis: axisOf(c, { type: "value", min: 0, minInterval: 1, axisLabel: { formatter: (v) => count(v) } }),
      tooltip: tooltipOf(c, { formatter: (ps) => `<b>${clock(ps[0].axisValue)}</b><br>` + ps.filter((p) => p.value[1] > 0).map((p) => `${p.marker}${p.seriesName}: <b>${count(p.value[1])}</b>`).join("<br>") }),
      series: causes.slice().sort((a, b) => (a.o === 0) - (b.o === 0)).map((x, i) => ({
        id: `cause${x.o}`, name: x.name, type: "bar", stack: "all", barWidth: Math.max(1, (w - (w < 520 ? 66 : 82)) / run.frames + 0.4), barGap: "-100%", itemStyle: { opacity: x.o === 0 ? 0.45 : 1 }, color: causeColour(c, x.o),
        data: by[x.o].map((n, f) => [mid(f), n]), ...(i === 0 ? markNow(replay, c, run.faults) : {}) })),
    }),
    table: () => dataTable({ caption: "Requests by moment of asking", name: `${run.fileStem()}-requests-over-time`, columns: [{ title: "from", unit: "s", values: by[0]?.map((_, f) => f * run.width) ?? [], format: (v) => clock(v) }, ...causes.map((x) => ({ title: x.name, unit: "1", values: by[x.o] }))] }),
  });
  const first = causes.slice().sort((a, b) => (a.o === 0) - (b.o === 0))[0];
  if (first) followNow(time, replay, () => [`cause${first.o}`], () => run.faults);
  const total = new Figure({
    id: "causes", title: "Not served, by cause", wide: "w4", height: 340, hint: `${count(run.asked - run.served)} of ${count(run.asked)} requests.`,
    text: () => (refused.length ? refused.map((x) => `${x.name}: ${count(x.n)}, ${share(x.n / run.asked)} of all`).join("; ") + "." : "Every request was served."),
    option: (c) => {
      const rows = refused.slice().sort((a, b) => a.n - b.n);
      return {
        grid: { left: 92, right: 64, top: 10, bottom: 30 }, xAxis: axisOf(c, { type: "value", minInterval: 1, axisLabel: { formatter: (v) => count(v) } }), yAxis: axisOf(c, { type: "category", data: rows.map((x) => x.name), axisLabel: { color: c.ink } }),
        tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => `${p.name}: <b>${count(p.value)}</b>` }),
        series: [{ type: "bar", barMaxWidth: 30, data: rows.map((x) => ({ value: x.n, itemStyle: { color: causeColour(c, x.o), borderRadius: [0, 4, 4, 0] } })), label: { show: true, position: "right", color: c.ink, formatter: (p) => count(p.value) } }],
      };
    },
    table: () => dataTable({ caption: "Requests by outcome", name: `${run.fileStem()}-outcomes`, columns: [{ title: "outcome", values: causes.map((x) => x.name) }, { title: "requests", unit: "1", values: causes.map((x) => x.n) }, { title: "share", unit: "1", values: causes.map((x) => x.n / run.asked), format: share }] }),
  });
  return run.asked > run.served ? [time, total] : [time];
}

const classWords = { its: "information-theoretic", hybrid: "hybrid", "qkd-aes": "QKD + AES", pqc: "post-quantum only" };
export function classFigure(run) {
  const most = run.demands.filter((d) => (d.outcomes?.[0] ?? 0) > 0).sort((a, b) => b.outcomes[0] - a.outcomes[0]);
  const shown = most.slice(0, 12), used = run.classes.map((name, k) => ({ name, k, n: most.reduce((n, d) => n + d.classes[k], 0) })).filter((x) => x.n > 0);
  return new Figure({
    id: "classes", title: "What served keys rest on", wide: "w6", height: () => 90 + 26 * (shown.length + 1),
    hint: `Weakest hop on the way of each key${most.length > shown.length ? `; the ${shown.length} busiest demands of ${most.length}` : ""}.`,
    text: () => used.map((x) => `${classWords[x.name] ?? x.name}: ${count(x.n)} of ${count(run.served)} served requests`).join("; ") + ".",
    option: (c, w) => {
      const rows = [...shown.slice().reverse(), null];
      return {
        legend: legendOf(c), grid: { left: w < 520 ? 120 : 230, right: 24, top: 38, bottom: 28 },
        xAxis: axisOf(c, { type: "value", max: 1, axisLabel: { formatter: (v) => share(v) } }),
        yAxis: axisOf(c, { type: "category", data: rows.map((d) => (d ? d.name : "all demands")), axisLabel: { color: c.ink, width: w < 520 ? 108 : 215, overflow: "truncate", hideOverlap: false, interval: 0 } }),
        tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => `${p.seriesName}: <b>${share(p.value)}</b>` }),
        series: used.map((x) => ({ type: "bar", stack: "all", name: classWords[x.name] ?? x.name, barMaxWidth: 18, color: [c.set[2], c.set[0], c.set[1], c.set[4]][x.k % 4], data: rows.map((d) => (d ? d.classes[x.k] / d.outcomes[0] : x.n / run.served)) })),
      };
    },
    table: () => dataTable({ caption: "Served requests by class", name: `${run.fileStem()}-classes`, columns: [{ title: "demand", values: most.map((d) => d.name) }, ...used.map((x) => ({ title: classWords[x.name] ?? x.name, unit: "1", values: most.map((d) => d.classes[x.k]) }))] }),
  });
}
