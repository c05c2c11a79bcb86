// Where bits are lost, as flow diagrams: what flows into a node flows out of it (sim/look/report/flow.hpp says how).
import { picker } from "./dom.js";
import { escape, Figure, tooltipOf } from "./figure.js";
import { bits, share } from "./format.js";
import { dataTable } from "./table.js";

const steps = [["Sifted", "Key basis"], ["Secret key", "Continuous variables", "Before the run"], ["Stored", "Used"]];
const titles = ["From detections to key", "From key to the store", "From the store to use"];
const good = new Set(["Sifted", "Key basis", "Secret key", "Stored", "Used", "Still in store", "Continuous variables", "Before the run", "One-time pad hops", "Hybrid hops", "QKD + AES hops", "Post-quantum hops", "Other uses"]);

export function flowOf(run, link) {
  const edges = run.raw.flow.edges;
  const rows = link === "all" ? run.links.filter((l) => l.flow) : run.links.filter((l) => l.i === Number(link) && l.flow);
  return edges.map(([from, to], e) => ({ from, to, value: rows.reduce((n, l) => n + l.flow[e], 0) })).filter((x) => x.value > 0);
}

export function flowFigure(run) {
  const withFlow = run.links.filter((l) => l.flow);
  if (!withFlow.length) return null;
  let link = "all", mode = "steps";
  const amount = (flow, name) => Math.max(flow.filter((x) => x.to === name).reduce((n, x) => n + x.value, 0), flow.filter((x) => x.from === name).reduce((n, x) => n + x.value, 0));
  const which = picker("Link", [["all", "all links"], ...withFlow.map((l) => [l.i, l.id])], "all", (v) => { link = v; figure.redraw(); });
  const how = picker("Scale", [["steps", "each step by itself"], ["whole", "one for the whole way"]], mode, (v) => { mode = v; figure.redraw(); });
  const parts = (flow) => (mode === "whole" ? [flow] : steps.map((from) => flow.filter((x) => from.includes(x.from))).filter((p) => p.length));
  const figure = new Figure({
    id: "flow", title: "Where bits go", tools: [which.node, how.node],
    hint: "Key that both ends share is counted once. What flows into a step flows out of it, to the bit.",
    height: (w) => (w < 760 ? 330 * parts(flowOf(run, link)).length : mode === "whole" ? 470 : 400),
    text: () => {
      const flow = flowOf(run, link), of = (n) => amount(flow, n), secret = of("Secret key"), stored = of("Stored");
      return `${link === "all" ? "All links" : run.links[link].id}: ${bits(of("Sifted"))} sifted gave ${bits(secret)} of secret key; ${bits(of("Authentication"))} paid for authentication, ${bits(of("Store full or node down"))} found no room, ${bits(stored)} were stored, of which ${bits(of("Used"))} were used, ${bits(of("Still in store"))} are still there and ${bits(of("Expired"))} expired.`;
    },
    option: (c, w) => {
      const flow = flowOf(run, link), list = parts(flow), tall = w < 760, n = list.length;
      const colourOf = (name) => (name === "Used" || name.endsWith("hops") ? c.set[2] : name === "Stored" || name === "Still in store" ? c.set[0] : good.has(name) ? c.accent : name === "Authentication" || name === "Other uses" ? c.set[1] : c.set[3]);
      const label = (name) => `${name}\n{n|${bits(amount(flow, name))}}`;
      const spread = 100 / n;
      return {
        tooltip: tooltipOf(c, { trigger: "item", formatter: (p) => (p.dataType === "edge" ? `${escape(p.data.source)} → ${escape(p.data.target)}: <b>${bits(p.value)}</b> (${share(p.value / amount(flow, p.data.source))})` : `${escape(p.name)}: <b>${bits(amount(flow, p.name))}</b>`) }),
        series: list.map((part, k) => {
          const names = [...new Set(part.flatMap((x) => [x.from, x.to]))];
          const deepest = (name) => !part.some((x) => x.from === name);
          // A thin flow is still drawn as a hair: its label needs the room, so nodes keep a distance.
          return {
            type: "sankey", nodeAlign: mode !== "whole" && part.some((x) => x.from === "Stored") ? "left" : "justify", nodeGap: mode === "whole" ? 26 : 34, nodeWidth: 12, draggable: false, layoutIterations: 48, emphasis: { focus: "adjacency" },
            ...(tall ? { left: 8, right: 158, top: `${spread * k + 3}%`, bottom: `${100 - spread * (k + 1) + 4}%` } : { top: 20, bottom: 24, left: mode === "whole" ? 8 : `${spread * k + 0.6}%`, right: mode === "whole" ? 165 : `${100 - spread * (k + 1) + (n > 1 ? 12.5 : 10)}%` }),
            data: names.map((name) => ({ name, itemStyle: { color: colourOf(name), borderWidth: 0 }, label: { position: deepest(name) || mode !== "whole" ? "right" : "right", color: c.ink } })),
            links: part.map((x) => ({ source: x.from, target: x.to, value: x.value, lineStyle: { color: colourOf(x.to), opacity: c.dark ? 0.4 : 0.3 } })),
            label: { formatter: (p) => label(p.name), fontSize: 12, lineHeight: 15, textBorderColor: c.card, textBorderWidth: 3, rich: { n: { color: c.soft, fontSize: 11.5, textBorderColor: c.card, textBorderWidth: 3 } } },
          };
        }),
      };
    },
    table: () => {
      const flow = flowOf(run, link);
      return dataTable({ caption: `Flow of bits, ${link === "all" ? "all links" : run.links[link].id}`, name: `${run.fileStem()}-flow`, rowsAtFirst: 30, columns: [{ title: "from", values: flow.map((x) => x.from) }, { title: "to", values: flow.map((x) => x.to) }, { title: "bits", unit: "bit", values: flow.map((x) => x.value) }, { title: "share of what came in", unit: "1", values: flow.map((x) => x.value / amount(flow, x.from)), format: share }] });
    },
  });
  return figure;
}
