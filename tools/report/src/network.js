// The network at a moment: colour of a link is how much of its key is used (or how full its stores are), width its key
// rate, marks are faults; nodes say who asked and who was refused.
import { colours } from "./theme.js";
import { el, picker } from "./dom.js";
import { escape, Figure, tooltipOf } from "./figure.js";
import { bits, clock, count, rate, share } from "./format.js";
import { dataTable } from "./table.js";

const useSteps = [0.25, 0.6, 1];
const useWords = ["up to 25 %", "25 to 60 %", "60 to 100 %", "more than it makes"];

export class Network {
  constructor(run, replay, pickLink) {
    this.run = run;
    this.replay = replay;
    this.mode = "use";
    this.pickLink = pickLink;
    this.fastest = Math.max(1, ...run.qkdLinks.map((l) => l.totals.secret_rate ?? 0));
    this.degree = run.nodes.map(() => 0);
    for (const l of run.links) { this.degree[l.a]++; this.degree[l.b]++; }
    this.place();
    const mode = picker("Colour", [["use", "use of key"], ["level", "level of stores"]], "use", (v) => { this.mode = v; this.figure.redraw(); this.legend(); });
    this.key = el("ul.key");
    this.figure = new Figure({
      id: "network-figure", title: "The network at this moment", wide: "w8", tools: [mode.node],
      hint: "Width of a link: key it makes. Select a link to see it in the charts below.",
      height: (w) => this.tall(w),
      option: (c, w) => this.options(c, w), text: () => this.sentence(), table: () => this.asTable(), after: this.key,
      made: (chart) => chart.on("click", (e) => { if (e.dataType === "edge") this.pickLink(e.data.link); }),
    });
    this.now = el(".card.w4.now", { id: "now", "aria-live": "off" });
    this.legend();
    replay.on(() => { if (this.figure.chart) this.update(); else this.figure.describe(); this.tell(); });
  }
  get nodes() { return [this.figure.node, this.now]; }

  place() {
    const { layout } = this.run.raw;
    this.geo = layout.kind === "geographic";
    const mid = this.geo ? (Math.min(...layout.y) + Math.max(...layout.y)) / 2 : 0;
    this.squeeze = this.geo ? Math.max(0.05, Math.cos((mid * Math.PI) / 180)) : 1;
    this.x = layout.x.map((x) => x * this.squeeze);
    this.y = layout.y.slice();
    const n = this.x.length, size = Math.max(1e-6, Math.max(...this.x) - Math.min(...this.x), Math.max(...this.y) - Math.min(...this.y));
    // Nodes nearer to each other than can be drawn are moved apart, or one would hide the other.
    const least = size * (n > 200 ? 0.008 : n > 60 ? 0.014 : n > 12 ? 0.03 : 0.06);
    for (let round = 0; round < (n > 400 ? 8 : 40); ++round)
      for (let i = 0; i < n; ++i)
        for (let j = i + 1; j < n; ++j) {
          let dx = this.x[j] - this.x[i], dy = this.y[j] - this.y[i], d = Math.hypot(dx, dy);
          if (d >= least) continue;
          if (d < 1e-9 * size) { dx = Math.cos(i * 2.4 + j); dy = Math.sin(i * 2.4 + j); d = 1; }
          const push = (least - Math.min(d, least)) / 2;
          this.x[i] -= (dx / d) * push; this.y[i] -= (dy / d) * push; this.x[j] += (dx / d) * push; this.y[j] += (dy / d) * push;
        }
    // A label stands on the side that has no link.
    const pull = this.x.map(() => [0, 0]);
    for (const l of this.run.links) {
      const dx = this.x[l.b] - this.x[l.a], dy = this.y[l.b] - this.y[l.a], d = Math.hypot(dx, dy) || 1;
      if (!pull[l.a] || !pull[l.b]) continue;
      pull[l.a][0] += dx / d; pull[l.a][1] += dy / d; pull[l.b][0] -= dx / d; pull[l.b][1] -= dy / d;
    }
    this.side = pull.map(([x, y]) => (Math.abs(y) >= Math.abs(x) * 0.6 ? (y > 0 ? "bottom" : "top") : x > 0 ? "left" : "right"));
  }
  /// Axes of equal scale that hold all nodes.
  extent(w, h) {
    if (!this.x.length) return { x: [0, 1], y: [0, 1] };
    const pad = 1.14;
    let [x0, x1, y0, y1] = [Math.min(...this.x), Math.max(...this.x), Math.min(...this.y), Math.max(...this.y)];
    const scale = Math.max((x1 - x0) / (w - 110), (y1 - y0) / (h - 60), 1e-6) * pad;
    const cx = (x0 + x1) / 2, cy = (y0 + y1) / 2;
    return { x: [cx - (scale * w) / 2, cx + (scale * w) / 2], y: [cy - (scale * h) / 2, cy + (scale * h) / 2] };
  }
  /// As high as the network's shape wants.
  tall(w) {
    const dx = Math.max(...this.x) - Math.min(...this.x), dy = Math.max(...this.y) - Math.min(...this.y), shape = dx > 0 ? dy / dx : 1;
    return Math.round(Math.max(w < 500 ? 260 : 340, Math.min(w < 500 ? 420 : 620, w * shape * 0.95 + 90)));
  }
  faulty(frame) {
    const links = new Map(), nodes = new Map();
    for (const f of this.run.faultsAt(frame)) {
      if (f.link !== null) links.set(f.link, f);
      if (f.node !== null) nodes.set(f.node, f);
    }
    return { links, nodes };
  }
  stateOf(link, frame, faults) {
    const { made, used } = this.run.ratesAt(link, frame), level = this.run.levelAt(link, frame);
    return { made, used, level, fill: level === null ? null : level / link.fullest, use: made > 0 ? used / made : used > 0 ? Infinity : null, fault: faults.links.get(link.i) };
  }
  colourOf(s, link, c) {
    if (!link.qkd) return c.soft;
    if (this.mode === "level") return s.fill === null ? c.soft : c.use[s.fill > 0.75 ? 0 : s.fill > 0.4 ? 1 : s.fill > 0.1 ? 2 : 3];
    if (s.use === null) return c.soft;
    return c.use[useSteps.findIndex((x) => s.use <= x) === -1 ? 3 : useSteps.findIndex((x) => s.use <= x)];
  }
  series(c) {
    const { run } = this, frame = this.replay.frame, faults = this.faulty(frame), many = run.nodes.length > 60;
    const asked = run.raw.replay.asked, failed = run.raw.replay.failed;
    const busiest = Math.max(1, ...asked.map((a) => (a ? Math.max(...a) : 0)));
    const nodes = run.nodes.map((id, i) => {
      const a = asked[i]?.[frame] ?? 0, bad = failed[i]?.[frame] ?? 0, fault = faults.nodes.get(i), apps = Boolean(asked[i]);
      const size = (many ? 7 : 13) * (apps ? 1.15 : 0.8) + 14 * Math.sqrt(a / busiest);
      return {
        name: String(i), value: [this.x[i], this.y[i]], symbolSize: fault ? size + 6 : size, symbol: fault ? "diamond" : "circle",
        itemStyle: { color: fault || bad ? (c.dark ? "#ff8a4c" : "#d55e00") : apps ? c.accent : c.soft, borderColor: c.card, borderWidth: many ? 1 : 2 },
        label: { show: !many || apps || Boolean(fault) || bad > 0, formatter: fault ? `⚠ ${id}` : bad ? `${id}  ✕${bad}` : id, color: fault || bad ? c.bad : c.ink, fontWeight: fault || bad ? 700 : 500, position: this.side[i], fontSize: many ? 10 : 12, textBorderColor: c.card, textBorderWidth: 3 },
        tip: { id, a, bad, fault },
      };
    });
    const links = run.links.map((l) => {
      const s = this.stateOf(l, frame, faults);
      return {
        source: String(l.a), target: String(l.b), link: l.i, tip: { l, s },
        lineStyle: {
          color: s.fault ? (c.dark ? "#ff8a4c" : "#d55e00") : this.colourOf(s, l, c), width: l.qkd ? (many ? 1.5 : 2.5) + (many ? 5 : 8) * Math.sqrt(Math.min(1, s.made / this.fastest)) : 1.6,
          type: s.fault ? "dashed" : l.qkd ? "solid" : "dotted", opacity: 0.95, curveness: 0,
        },
        label: s.fault ? { show: true, formatter: `✕ ${s.fault.kind}`, color: c.bad, fontWeight: 700, fontSize: 12, backgroundColor: c.card, padding: [1, 4], borderRadius: 3 } : { show: false },
      };
    });
    return { id: "graph", type: "graph", coordinateSystem: "cartesian2d", data: nodes, links, z: 3, edgeSymbol: ["none", "none"], labelLayout: { hideOverlap: true }, emphasis: { focus: "none", scale: 1.15, lineStyle: { opacity: 1 } } };
  }
  options(c, w) {
    const h = this.figure.box.clientHeight, e = this.extent(w, h);
    const hidden = { type: "value", show: false };
    const borders = this.geo ? this.run.raw.borders ?? [] : [];
    return {
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { ...hidden, min: e.x[0], max: e.x[1] }, yAxis: { ...hidden, min: e.y[0], max: e.y[1] },
      tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => this.tip(p) }),
      series: [
        { id: "borders", type: "lines", coordinateSystem: "cartesian2d", polyline: true, silent: true, z: 1, lineStyle: { color: c.land, width: 1.2, opacity: 1 },
          data: borders.map((line) => ({ coords: pairs(line).map(([x, y]) => [x * this.squeeze, y]) })) },
        this.series(c),
      ],
    };
  }
  update() {
    this.figure.chart.setOption({ series: [this.series(colours())] });
    this.figure.describe();
    if (!this.figure.tableBox.hidden) this.figure.tableBox.replaceChildren(this.asTable());
  }
  tip(p) {
    if (p.dataType === "edge") {
      const { l, s } = p.data.tip;
      const rows = l.qkd ? [["makes", rate(s.made)], ["used", rate(s.used)], ["in store", bits(s.level)], ["length", `${l.length} km`]] : [["no QKD", l.protection]];
      return `<b>${escape(l.id)}</b>${s.fault ? ` <b>✕ ${escape(s.fault.kind)}</b>` : ""}<br>${rows.map(([k, v]) => `${k}: ${escape(v)}`).join("<br>")}`;
    }
    const t = p.data.tip;
    return t ? `<b>${escape(t.id)}</b>${t.fault ? ` <b>⚠ ${escape(t.fault.kind)}</b>` : ""}<br>asked: ${count(t.a)}<br>not served: ${count(t.bad)}` : "";
  }
  legend() {
    const li = (colour, text, shape = "") => el("li", {}, el(`i${shape}`, { style: shape === ".dot" ? `background:${colour}` : `border-color:${colour}` }), text);
    const draw = () => {
      const c = colours();
      const words = this.mode === "use" ? useWords : ["more than 75 % full", "40 to 75 %", "10 to 40 %", "nearly empty"];
      this.key.replaceChildren(...words.map((t, i) => li(c.use[i], t)), li(c.dark ? "#ff8a4c" : "#d55e00", "fault", ".dash"), li(c.soft, "no QKD", ".dotted"), li(c.accent, "asks for keys", ".dot"), li(c.dark ? "#ff8a4c" : "#d55e00", "not served, or down", ".dot"));
    };
    draw();
    if (!this.legendOn) { this.legendOn = true; new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] }); }
  }
  states() {
    const frame = this.replay.frame, faults = this.faulty(frame);
    return this.run.links.map((l) => ({ l, ...this.stateOf(l, frame, faults) }));
  }
  requestsNow() {
    const by = this.run.raw.requests.by_frame, f = this.replay.frame;
    const asked = by.reduce((n, o) => n + o[f], 0), served = by[0]?.[f] ?? 0;
    return { asked, served, causes: this.run.outcomes.map((o, i) => [o, by[i][f]]).filter(([, n], i) => i > 0 && n > 0) };
  }
  sentence() {
    const faults = this.run.faultsAt(this.replay.frame), now = this.requestsNow();
    return `${this.run.nodes.length} nodes and ${this.run.links.length} links at ${clock(this.replay.time)}: ${faults.length ? `${faults.map((f) => `${f.kind} ${f.target}`).slice(0, 5).join(", ")}; ` : "no fault; "}${now.asked} requests, ${now.asked - now.served} not served.`;
  }
  tell() {
    const { run } = this, now = this.requestsNow(), faults = run.faultsAt(this.replay.frame);
    const states = this.states().filter((s) => s.l.qkd);
    const tight = states.slice().sort((a, b) => (b.fault ? 1 : 0) - (a.fault ? 1 : 0) || (a.fill ?? 2) - (b.fill ?? 2)).slice(0, 6);
    const made = states.reduce((n, s) => n + s.made, 0), used = states.reduce((n, s) => n + s.used, 0);
    this.now.replaceChildren(
      el("h3", {}, `At ${clock(this.replay.time)}`),
      el("dl", {},
        el("dt", {}, "Requests"), el("dd", { id: "now-asked" }, count(now.asked)),
        el("dt", {}, "Not served"), el("dd", { id: "now-refused", class: now.asked > now.served ? "badge" : undefined }, count(now.asked - now.served)),
        now.causes.map(([cause, n]) => [el("dt", {}, `· ${cause}`), el("dd", {}, count(n))]),
        el("dt", {}, "Key made"), el("dd", { id: "now-made" }, rate(made)), el("dt", {}, "Key used"), el("dd", { id: "now-used" }, rate(used))),
      el("div", {}, el("h4", {}, "Faults"), faults.length ? el("ul#now-faults", {}, faults.slice(0, 6).map((f) => el("li", {}, el("b.badge", {}, `✕ ${f.kind} ${f.target}`), el("span", {}, `until ${clock(Math.min(f.end, run.end))}`))), faults.length > 6 ? el("li", {}, `and ${faults.length - 6} more`) : null) : el("p#now-faults.hint", {}, "none")),
      states.length ? el("div", {}, el("h4", {}, "Least key in store"), el("ul", {}, tight.map((s) => el("li", {}, el("b", {}, s.l.id, s.fault ? " ✕" : ""), el("span", {}, s.level === null ? "–" : `${bits(s.level)} · ${share(s.fill)}`))))) : "");
  }
  asTable() {
    const states = this.states(), has = this.run.faultsAt(this.replay.frame);
    return dataTable({
      caption: `Links at ${clock(this.replay.time)}${has.length ? `; faults: ${has.map((f) => `${f.kind} ${f.target}`).slice(0, 6).join(", ")}` : ""}`, name: `${this.run.fileStem()}-links-at-${Math.round(this.replay.time)}s`,
      columns: [
        { title: "link", values: states.map((s) => s.l.id) }, { title: "made", unit: "bit/s", values: states.map((s) => (s.l.qkd ? s.made : null)) },
        { title: "used", unit: "bit/s", values: states.map((s) => (s.l.qkd ? s.used : null)) }, { title: "in store", unit: "bit", values: states.map((s) => s.level) },
        { title: "fault", values: states.map((s) => s.fault?.kind ?? "") }],
    });
  }
}
const pairs = (flat) => { const out = []; for (let i = 0; i + 1 < flat.length; i += 2) out.push([flat[i], flat[i + 1]]); return out; };
