// The tables of a run: those that a planner asks for, then whatever else the file has.
import { el } from "./dom.js";
import { clock, count, digits, share } from "./format.js";
import { column, sum } from "./data.js";
import { dataTable } from "./table.js";

const folded = (title, node, open = false) => el("details.card", { open }, el("summary", {}, title), node);

function linkTable(run) {
  const eskr = new Map(column(run.raw, "/qkd_links", "qkdl_id").map((id, i) => [id, column(run.raw, "/qkd_links", "eskr")[i]]));
  const l = run.links, of = (f) => l.map(f);
  return dataTable({
    caption: "Links", name: `${run.fileStem()}-links`, columns: [
      { title: "link", values: of((x) => x.id) }, { title: "from", values: of((x) => run.nodes[x.a] ?? "") }, { title: "to", values: of((x) => run.nodes[x.b] ?? "") }, { title: "device", values: of((x) => x.device || "none") },
      { title: "length", unit: "km", values: of((x) => x.length) }, { title: "loss", unit: "dB", values: of((x) => x.loss) }, { title: "QBER", unit: "1", values: of((x) => (x.totals.continuous ? null : x.totals.quality ?? null)), format: share },
      { title: "secret key", unit: "bit/s", description: "mean over the run", values: of((x) => x.totals.secret_rate ?? null) }, { title: "after tags", unit: "bit/s", description: "without what pays for authentication", values: of((x) => eskr.get(x.id) ?? null) },
      { title: "used", unit: "bit/s", values: of((x) => (x.qkd ? x.totals.used_rate : null)) }, { title: "use", unit: "1", description: "used over made", values: of((x) => (x.totals.secret_rate ? x.totals.used_rate / x.totals.secret_rate : null)), format: share },
      { title: "blocks", unit: "1", values: of((x) => x.totals.blocks ?? null) }, { title: "without key", unit: "1", values: of((x) => (x.totals.blocks ?? 0) - (x.totals.with_key ?? 0)) },
      { title: "known to an eavesdropper", unit: "bit", values: of((x) => x.totals.known_to_eve ?? 0) }, { title: "hops", values: of((x) => x.protection) }],
  });
}
function demandTable(run) {
  const d = run.demands, of = (f) => d.map(f), asked = (x) => sum(x.outcomes ?? []);
  return dataTable({
    caption: "Demands", name: `${run.fileStem()}-demands`, columns: [
      { title: "from", values: of((x) => x.from) }, { title: "to", values: of((x) => x.to) }, { title: "requests", unit: "1", values: of(asked) }, { title: "served", unit: "1", values: of((x) => x.outcomes?.[0] ?? 0) },
      { title: "share served", unit: "1", values: of((x) => (asked(x) ? x.outcomes[0] / asked(x) : null)), format: share },
      ...run.outcomes.map((name, o) => ({ name, o })).filter((x) => x.o > 0 && run.totals[x.o] > 0).map((x) => ({ title: x.name, unit: "1", values: of((y) => y.outcomes?.[x.o] ?? 0) })),
      { title: "50 %", unit: "s", description: "latency", values: of((x) => x.latency?.p50 ?? null) }, { title: "95 %", unit: "s", values: of((x) => x.latency?.p95 ?? null) }, { title: "99 %", unit: "s", values: of((x) => x.latency?.p99 ?? null) }],
  });
}
function nodeTable(run) {
  const degree = run.nodes.map((_, i) => run.links.filter((l) => l.a === i || l.b === i).length), replay = run.raw.replay;
  return dataTable({
    caption: "Nodes", name: `${run.fileStem()}-nodes`, columns: [
      { title: "node", values: run.nodes }, { title: "links", unit: "1", values: degree }, { title: "asked here", unit: "1", values: run.nodes.map((_, i) => sum(replay.asked[i] ?? [])) }, { title: "not served", unit: "1", values: run.nodes.map((_, i) => sum(replay.failed[i] ?? [])) },
      { title: "held in clear as a relay", unit: "1", values: run.raw.exposure.as_relay }, { title: "latitude", unit: "deg", values: column(run.raw, "/nodes", "latitude"), format: (v) => `${digits(v, 5)}°` }, { title: "longitude", unit: "deg", values: column(run.raw, "/nodes", "longitude"), format: (v) => `${digits(v, 5)}°` }],
  });
}
function faultTable(run) {
  const f = run.faults;
  return dataTable({ caption: "Faults", name: `${run.fileStem()}-faults`, columns: [{ title: "kind", values: f.map((x) => x.kind) }, { title: "target", values: f.map((x) => x.target) }, { title: "from", unit: "s", values: f.map((x) => x.begin), format: (v) => clock(v) }, { title: "until", unit: "s", values: f.map((x) => x.end), format: (v) => clock(v) }] });
}
function refusalTable(run) {
  const r = run.raw.requests.refusals;
  return dataTable({ caption: "Requests that were not served", name: `${run.fileStem()}-refusals`, total: run.raw.requests.refused, columns: [{ title: "asked at", unit: "s", values: r.map((x) => x[0]), format: (v) => clock(v, true) }, { title: "demand", values: r.map((x) => run.demands[x[1]].name) }, { title: "cause", values: r.map((x) => run.outcomes[x[2]]) }, { title: "told after", unit: "s", values: r.map((x) => x[3]) }] });
}
/// A table of the file as it stands there.
export function plainTable(raw, path, stem, rowsAtFirst) {
  const t = raw.tables[path];
  return dataTable({ caption: t.description || path, name: `${stem}${path.replaceAll("/", "-")}`, total: t.total, rowsAtFirst, columns: t.columns.map((c) => ({ title: c.name.replaceAll("_", " "), unit: c.unit, description: c.description, values: c.values })) });
}
export function runTables(run) {
  const known = new Set(["/nodes", "/links", "/demands", "/replications", "/audit", "/qkd_links", "/qkd_applications", "/violations"]);
  const raw = run.raw, list = [];
  const add = (title, n, make, open = false) => { if (n > 0) list.push(folded(`${title} (${count(n)})`, make(), open)); };
  add("Links", run.links.length, () => linkTable(run), true);
  add("Demands", run.demands.length, () => demandTable(run), true);
  add("Nodes", run.nodes.length, () => nodeTable(run));
  add("Faults", run.faults.length, () => faultTable(run));
  add("Refusals", raw.requests.refused, () => refusalTable(run));
  for (const path of ["/violations", "/audit", "/qkd_links", "/qkd_applications"]) if (raw.tables[path]) add({ "/violations": "Violations", "/audit": "The auditor's books", "/qkd_links": "QKD links under the names of ETSI GS QKD 015", "/qkd_applications": "Applications under the names of ETSI GS QKD 015" }[path], raw.tables[path].total, () => plainTable(raw, path, run.fileStem()));
  for (const path of Object.keys(raw.tables)) if (!known.has(path)) add(path.slice(1).replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase()), raw.tables[path].total, () => plainTable(raw, path, run.fileStem()));
  return list;
}
export function about(page) {
  const nodes = [];
  for (const raw of page.raw.runs) {
    if (page.raw.runs.length > 1) nodes.push(el("h3", {}, raw.file));
    nodes.push(folded(`What is in ${raw.file}`, dataTable({ caption: "Tables of the results file", name: `${raw.file}-inventory`, rowsAtFirst: 40, columns: [{ title: "table", values: raw.inventory.map((t) => t.table) }, { title: "rows", unit: "1", values: raw.inventory.map((t) => t.rows) }, { title: "what it is", values: raw.inventory.map((t) => t.description) }] })));
    if (raw.scenario) nodes.push(folded("The scenario as run", el("pre", { tabindex: "0" }, raw.scenario)));
  }
  return nodes;
}
