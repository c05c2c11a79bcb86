// The document that qkdes wrote (sim/look/report), and a run of it with what is looked up often.
export const page = JSON.parse(document.getElementById("data").textContent);

/// A column of one of the run's tables; empty where there is none.
export function column(run, table, name) {
  return run.tables[table]?.columns.find((c) => c.name === name)?.values ?? [];
}
const zeros = (n) => new Array(n).fill(0);
export const sum = (values) => values.reduce((a, b) => a + (b ?? 0), 0);

export class Run {
  constructor(raw) {
    this.raw = raw;
    this.kind = raw.kind;
    this.name = raw.name || raw.file;
    this.end = raw.end ?? 0;
    this.frames = raw.frames?.count ?? 0;
    this.width = raw.frames?.width ?? 1;
    this.nodes = column(raw, "/nodes", "id");
    const of = (name) => column(raw, "/links", name);
    const [a, b, device, protection, length, loss] = ["a", "b", "device", "protection", "length", "loss"].map(of);
    const held = raw.replay?.held ?? [];
    this.links = of("id").map((id, i) => ({
      i, id, a: a[i], b: b[i], device: device[i], qkd: Boolean(device[i]), protection: protection[i], length: length[i], loss: loss[i],
      series: raw.link_series?.[i] ?? null, totals: raw.link_totals?.[i] ?? {}, flow: raw.flow?.links[i] ?? null,
      made: raw.replay?.made[i] ?? null, used: raw.replay?.used[i] ?? null, held: [held[2 * i] ?? null, held[2 * i + 1] ?? null],
      pools: [raw.pools?.[2 * i] ?? null, raw.pools?.[2 * i + 1] ?? null],
    }));
    for (const l of this.links) {
      l.fullest = Math.max(1, ...(l.held[0] ?? [0]), ...(l.held[1] ?? [0]));
      // Blocks come in bursts: rates are means over at least two blocks.
      l.window = Math.min(this.frames, Math.max(5, Math.ceil((2.5 * this.frames) / Math.max(1, l.totals.with_key ?? 1))));
      l.madeSum = prefix(l.made, this.frames);
      l.usedSum = prefix(l.used, this.frames);
    }
    this.qkdLinks = this.links.filter((l) => l.qkd || l.series);
    const d = (name) => column(raw, "/demands", name);
    const [from, to, fromNode, toNode] = ["from", "to", "from_node", "to_node"].map(d);
    this.demands = from.map((f, i) => ({ i, name: `${f} → ${to[i]}`, from: f, to: to[i], fromNode: fromNode[i], toNode: toNode[i], ...(raw.requests?.demands[i] ?? {}) }));
    this.outcomes = raw.requests?.outcomes ?? [];
    this.classes = raw.requests?.classes ?? [];
    this.totals = this.outcomes.map((_, o) => sum(this.demands.map((x) => x.outcomes?.[o] ?? 0)));
    this.asked = sum(this.totals);
    this.served = this.totals[0] ?? 0;
    this.faults = raw.faults ?? [];
    this.figures = figuresOf(raw);
  }
  /// Frame f covers [begin, end) in seconds.
  time(frame) { return Math.min(this.end, (frame + 0.5) * this.width); }
  faultsAt(frame) {
    const lo = frame * this.width, hi = lo + this.width;
    return this.faults.filter((f) => f.begin < hi && f.end > lo);
  }
  /// Key made and used by a link around a frame, bit/s.
  ratesAt(link, frame) {
    const half = Math.floor(link.window / 2), lo = Math.max(0, Math.min(frame - half, this.frames - link.window)), hi = Math.min(this.frames, lo + Math.max(link.window, 1));
    const per = (s) => (s ? (s[hi] - s[lo]) / ((hi - lo) * this.width) : 0);
    return { made: per(link.madeSum), used: per(link.usedSum) };
  }
  levelAt(link, frame) {
    const levels = link.held.filter(Boolean).map((h) => h[frame]);
    return levels.length ? Math.min(...levels) : null;
  }
  fileStem() { return this.raw.file.replace(/\.h5$/, ""); }
}
function prefix(values, frames) {
  if (!values) return null;
  const out = zeros(frames + 1);
  for (let i = 0; i < frames; ++i) out[i + 1] = out[i] + values[i];
  return out;
}
/// /replications of the first run: "network served" -> {value, unit}.
function figuresOf(raw) {
  const of = (name) => column(raw, "/replications", name);
  const [who, figure, unit, value, replication] = ["of", "figure", "unit", "value", "replication"].map(of);
  const out = new Map();
  for (let i = 0; i < who.length; ++i) if (replication[i] === replication[0]) out.set(`${who[i]} ${figure[i]}`, { value: value[i], unit: unit[i] });
  return out;
}
