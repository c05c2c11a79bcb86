// Who held keys in clear, and what adversaries know.
import { axisOf, Figure, legendOf, tooltipOf } from "./figure.js";
import { count, share, span } from "./format.js";
import { dataTable } from "./table.js";

const meansWords = { store: "out of a store", link: "from a link" };

export function exposureFigures(run) {
  const e = run.raw.exposure, out = [];
  const rows = run.nodes.map((id, i) => ({ id, end: e.as_end[i] ?? 0, relay: e.as_relay[i] ?? 0 })).filter((r) => r.end + r.relay > 0).sort((a, b) => b.relay - a.relay || b.end - a.end);
  if (rows.length) {
    const shown = rows.slice(0, 14).reverse();
    out.push(new Figure({
      id: "holders", title: "Nodes that held keys in clear", wide: "w6", height: () => 90 + 27 * shown.length,
      hint: `Of ${count(e.served)} served requests. A relay that held a key in clear could have read it${rows.length > shown.length ? `; the ${shown.length} nodes that relayed most, of ${rows.length}` : ""}.`,
      text: () => rows.slice(0, 5).map((r) => `${r.id} relayed ${count(r.relay)} (${share(r.relay / Math.max(1, e.served))})`).join(", ") + ".",
      option: (c, w) => ({
        legend: legendOf(c), grid: { left: w < 520 ? 96 : 130, right: 56, top: 38, bottom: 28 }, xAxis: axisOf(c, { type: "value", minInterval: 1, axisLabel: { formatter: count } }),
        yAxis: axisOf(c, { type: "category", data: shown.map((r) => r.id), axisLabel: { color: c.ink, width: w < 520 ? 84 : 118, overflow: "truncate", interval: 0, hideOverlap: false } }),
        tooltip: tooltipOf(c, { formatter: (ps) => `<b>${ps[0].name}</b><br>` + ps.map((p) => `${p.marker}${p.seriesName}: <b>${count(p.value)}</b> (${share(p.value / Math.max(1, e.served))})`).join("<br>") }),
        series: [{ name: "as a relay", type: "bar", stack: "a", barMaxWidth: 18, color: c.set[3], data: shown.map((r) => r.relay) }, { name: "as an end of the request", type: "bar", stack: "a", color: c.set[0], data: shown.map((r) => r.end) }],
      }),
      table: () => dataTable({ caption: "Requests whose keys a node held in clear", name: `${run.fileStem()}-exposure`, columns: [{ title: "node", values: rows.map((r) => r.id) }, { title: "as a relay", unit: "1", values: rows.map((r) => r.relay) }, { title: "share of served", unit: "1", values: rows.map((r) => r.relay / Math.max(1, e.served)), format: share }, { title: "as an end", unit: "1", values: rows.map((r) => r.end) }] }),
    }));
  }
  if (e.adversaries_present) {
    const a = e.adversaries;
    const table = dataTable({
      caption: a.length ? `What adversaries know of the keys of ${count(e.served)} served requests` : "Adversaries were present and know no delivered key", name: `${run.fileStem()}-adversaries`,
      columns: [{ title: "adversary", values: a.map((x) => x.adversary) }, { title: "by", values: a.map((x) => meansWords[x.means] ?? x.means) }, { title: "requests", unit: "1", values: a.map((x) => x.requests) }, { title: "share of served", unit: "1", values: a.map((x) => x.requests / Math.max(1, e.served)), format: share }, { title: "keys", unit: "1", values: a.map((x) => x.keys) }, { title: "first known after", unit: "s", values: a.map((x) => x.first), format: span }],
    });
    table.classList.add("card");
    out.push({ node: table });
  }
  return out;
}
