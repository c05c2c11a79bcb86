// Key rate, error rate and bursts of one link over time, and its stores. Both follow the link that is selected.
import { picker } from "./dom.js";
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { bits, clock, count, digits, rate, shareTo } from "./format.js";
import { dataTable } from "./table.js";
import { colours } from "./theme.js";

const nice = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000, 31557600];
/// Ticks where a clock has them.
export function timeAxisTo(end, c, more = {}) {
  const interval = nice.find((n) => end / n <= 9) ?? end / 8;
  return axisOf(c, { type: "value", min: 0, max: end, interval: end > 5 ? interval : undefined, splitLine: { show: false }, ...more, axisLabel: { formatter: (v) => (end > 5 && Math.abs(v / interval - Math.round(v / interval)) > 1e-6 ? "" : clock(v, end <= 5)), ...more.axisLabel } });
}
export const timeAxis = (run, c, more = {}) => timeAxisTo(run.end, c, more);
/// A step in the data that is far longer than usual is a time without blocks: the line breaks there, or is at `value`.
export function broken(points, value = null) {
  const steps = points.slice(1).map((p, i) => p[0] - points[i][0]).sort((a, b) => a - b), usual = steps[Math.floor(steps.length / 2)] ?? 0, out = [];
  points.forEach((p, i) => {
    if (i > 0 && usual > 0 && p[0] - points[i - 1][0] > 6 * usual) out.push([p[0] - usual, value]);
    out.push(p);
  });
  return out;
}
/// A line at the moment that the replay shows, and bands where there are faults.
export function markNow(replay, c, faults = [], label = true) {
  const run = replay.run;
  return {
    markLine: { precision: 9, silent: true, symbol: "none", animation: false, data: [{ xAxis: replay.time }], lineStyle: { color: c.ink, width: 1.5, type: "solid", opacity: 0.8 }, label: { show: label, formatter: clock(replay.time), color: c.soft, position: "end", rotate: 0, distance: 4, fontSize: 11 } },
    markArea: { silent: true, data: faults.slice(0, 100).map((f) => [{ xAxis: f.begin, name: f.kind }, { xAxis: Math.min(f.end, run.end) }]), itemStyle: { color: c.dark ? "rgba(255,138,76,.18)" : "rgba(213,94,0,.13)" }, label: { color: c.bad, fontSize: 11, position: "insideTop" } },
  };
}
export const followNow = (figure, replay, ids, faults = () => []) => replay.on(() => {
  if (!figure.chart) return;
  const c = colours();
  figure.chart.setOption({ series: ids().map((id, i) => ({ id, ...markNow(replay, c, faults(), i === 0) })) });
});

export class Links {
  constructor(run, replay) {
    this.run = run;
    this.replay = replay;
    this.link = run.qkdLinks.slice().sort((a, b) => (b.totals.used_rate ?? 0) - (a.totals.used_rate ?? 0))[0];
    const options = run.qkdLinks.map((l) => [l.i, l.id]);
    this.pickers = [0, 1].map(() => picker("Link", options, this.link.i, (v) => this.pick(Number(v))));
    const faults = () => run.faults.filter((f) => f.link === this.link.i || (f.node !== null && (f.node === this.link.a || f.node === this.link.b)));
    this.rates = new Figure({
      id: "rates", title: "Key rate and error rate", height: 420, tools: [this.pickers[0].node],
      option: (c, w) => this.rateOptions(c, w, faults()), text: () => this.rateText(), table: () => this.rateTable(),
    });
    this.pools = new Figure({
      id: "pools", title: "Key in the stores", height: 340, tools: [this.pickers[1].node],
      option: (c, w) => this.poolOptions(c, w, faults()), text: () => this.poolText(), table: () => this.poolTable(),
    });
    followNow(this.rates, replay, () => ["rate", "quality"], faults);
    followNow(this.pools, replay, () => ["held0"], faults);
    this.say();
  }
  pick(i) {
    const link = this.run.qkdLinks.find((l) => l.i === i);
    if (!link) return;
    this.link = link;
    for (const p of this.pickers) p.select.value = String(i);
    this.say();
    this.rates.redraw();
    this.pools.redraw();
  }
  say() {
    const { totals, series, device, length, loss } = this.link;
    this.rates.hintNode.textContent = `${this.link.id}: ${device || "no device"}${length ? `, ${digits(length)} km` : ""}${loss ? `, ${digits(loss)} dB` : ""}. ${count(totals.blocks)} blocks, ${count(totals.with_key)} with key${series && !series.whole ? `; shown: the smallest and largest of each stretch of time, ${count(series.t.length)} blocks` : ""}.`;
    const full = Math.max(0, ...this.link.pools.filter(Boolean).flatMap((p) => p.held));
    this.pools.hintNode.textContent = `${this.link.id}: key held at each end, and what that end may hand out. At most ${bits(full)} in this run.`;
  }
  get quality() { return this.link.totals.continuous ? "Excess noise" : "QBER"; }
  qualityText(v, n = 3) { return this.link.totals.continuous ? `${digits(v, n)} SNU` : shareTo(v, n); }
  rateOptions(c, w, faults) {
    const s = this.link.series ?? { t: [], rate: [], quality: [], stored: [] }, small = w < 520, left = small ? 62 : 84;
    const zip = (v) => s.t.map((t, i) => [t, v[i]]);
    const stored = "Stored at once (right axis)";
    return {
      legend: legendOf(c, { data: ["Key rate of a block", stored, this.quality] }),
      tooltip: tooltipOf(c, { axisPointer: { type: "line", lineStyle: { color: c.soft } }, formatter: (ps) => `<b>${clock(ps[0].axisValue, true)}</b><br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${p.seriesName === "Key rate of a block" ? rate(p.value[1]) : p.seriesName === this.quality ? this.qualityText(p.value[1]) : bits(p.value[1])}</b>`).join("<br>") }),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      grid: [{ left, right: small ? 58 : 84, top: 52, height: 178 }, { left, right: small ? 58 : 84, top: 272, height: 78 }],
      xAxis: [timeAxis(this.run, c, { gridIndex: 0, axisLabel: { show: false } }), timeAxis(this.run, c, { gridIndex: 1 })],
      yAxis: [
        axisOf(c, { gridIndex: 0, type: "value", min: 0, axisLabel: { formatter: (v) => rate(v) } }),
        axisOf(c, { gridIndex: 1, type: "value", name: this.quality, scale: true, splitNumber: 2, axisLabel: { formatter: (v) => this.qualityText(v, 4) } }),
        axisOf(c, { gridIndex: 0, type: "value", min: 0, position: "right", splitLine: { show: false }, axisLabel: { formatter: (v) => bits(v) } })],
      dataZoom: [{ type: "slider", xAxisIndex: [0, 1], bottom: 6, height: 20, borderColor: c.line, textStyle: { color: c.soft }, labelFormatter: (v) => clock(v), dataBackground: { lineStyle: { color: c.line }, areaStyle: { color: c.faint } } }],
      series: [
        { id: "rate", name: "Key rate of a block", type: "line", step: "start", showSymbol: s.t.length < 60, symbolSize: 5, data: broken(zip(s.rate), 0), lineStyle: { width: 1.6 }, color: c.set[0], connectNulls: false, ...markNow(this.replay, c, faults) },
        { id: "stored", name: stored, type: "bar", yAxisIndex: 2, barWidth: 2, data: zip(s.stored), itemStyle: { color: c.set[1], opacity: 0.75 } },
        { id: "quality", name: this.quality, type: "line", xAxisIndex: 1, yAxisIndex: 1, showSymbol: s.t.length < 60, symbolSize: 5, data: broken(zip(s.quality)), lineStyle: { width: 1.4 }, color: c.set[3], ...markNow(this.replay, c, faults, false) }],
    };
  }
  rateText() {
    const { totals } = this.link;
    return `${this.link.id}: ${rate(totals.secret_rate)} of secret key on average over the run, ${this.quality} ${this.qualityText(totals.quality)}, ${count(totals.with_key)} of ${count(totals.blocks)} blocks gave key.`;
  }
  rateTable() {
    const s = this.link.series ?? { t: [], rate: [], quality: [], stored: [] };
    return dataTable({
      caption: `Blocks of ${this.link.id}`, name: `${this.run.fileStem()}-${this.link.id}-blocks`, total: s.blocks,
      columns: [{ title: "done", unit: "s", values: s.t, format: (v) => clock(v, true) }, { title: "key rate", unit: "bit/s", values: s.rate }, { title: this.quality, unit: "1", values: s.quality, format: (v) => this.qualityText(v) }, { title: "stored", unit: "bit", values: s.stored }],
    });
  }
  ends() { return [this.run.nodes[this.link.a], this.run.nodes[this.link.b]]; }
  poolOptions(c, w, faults) {
    const ends = this.ends(), small = w < 520;
    const line = (id, name, p, of, colour, type) => ({ id, name, type: "line", step: "end", showSymbol: false, data: p ? p.t.map((t, i) => [t, p[of][i]]) : [], lineStyle: { width: 1.8, type }, color: colour });
    const [a, b] = this.link.pools;
    const series = [
      { ...line("held0", `held at ${ends[0]}`, a, "held", c.set[0], "solid"), ...markNow(this.replay, c, faults) }, line("held1", `held at ${ends[1]}`, b, "held", c.set[1], "solid"),
      line("free0", `${ends[0]} may hand out`, a, "available", c.set[0], "dotted"), line("free1", `${ends[1]} may hand out`, b, "available", c.set[1], "dotted")];
    return {
      legend: legendOf(c), grid: { left: small ? 62 : 84, right: 20, top: 52, bottom: 62 }, xAxis: timeAxis(this.run, c), yAxis: axisOf(c, { type: "value", min: 0, axisLabel: { formatter: (v) => bits(v) } }),
      tooltip: tooltipOf(c, { formatter: (ps) => `<b>${clock(ps[0].axisValue, true)}</b><br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${bits(p.value[1])}</b>`).join("<br>") }),
      dataZoom: [{ type: "slider", bottom: 6, height: 20, borderColor: c.line, textStyle: { color: c.soft }, labelFormatter: (v) => clock(v) }], series,
    };
  }
  poolText() {
    const at = this.replay.frame, ends = this.ends();
    return `${this.link.id} at ${clock(this.replay.time)}: ${this.link.held.map((h, i) => `${bits(h?.[at])} at ${ends[i]}`).join(", ")}.`;
  }
  poolTable() {
    const [a, b] = this.link.pools, ends = this.ends(), rows = [];
    [a, b].forEach((p, e) => p?.t.forEach((t, i) => rows.push([t, ends[e], p.held[i], p.available[i]])));
    rows.sort((x, y) => x[0] - y[0]);
    const col = (k) => rows.map((r) => r[k]);
    return dataTable({ caption: `Stores of ${this.link.id}`, name: `${this.run.fileStem()}-${this.link.id}-stores`, columns: [{ title: "at", unit: "s", values: col(0), format: (v) => clock(v) }, { title: "end", values: col(1) }, { title: "held", unit: "bit", values: col(2) }, { title: "may hand out", unit: "bit", values: col(3) }] });
  }
}
