// The page of a single run.
import { Run } from "./data.js";
import { el, section } from "./dom.js";
import { exposureFigures } from "./exposure.js";
import { flowFigure } from "./flow.js";
import { tiles } from "./head.js";
import { latencyFigures } from "./latency.js";
import { Links } from "./links.js";
import { Network } from "./network.js";
import { Replay } from "./replay.js";
import { classFigure, requestFigures } from "./requests.js";
import { runTables } from "./tables.js";

export function runPage(raw) {
  const run = new Run(raw), out = [], grid = (...figures) => el(".grid", {}, figures.filter(Boolean).map((f) => f.node ?? f));
  const add = (...args) => out.push(section(...args));
  const head = tiles(run);
  if (head) add("overview", "Overview", null, head);
  const replay = new Replay(run);
  replay.mount(document.getElementById("transport"));
  let links = null;
  if (run.nodes.length) {
    const network = new Network(run, replay, (i) => { links?.pick(i); document.getElementById("rates")?.scrollIntoView({ block: "center" }); });
    add("network", "Network", "Move the bar at the foot of the page, or press Play, to see the run go by. The same moment is marked in the charts below.", grid(...network.nodes));
  }
  if (run.qkdLinks.length) {
    links = new Links(run, replay);
    add("links", "Links and stores", "One point for each block of a link. Key comes in bursts: a block's key is stored at once when its post-processing ends.", grid(links.rates, links.pools));
  }
  if (run.asked > 0) add("requests", "Requests", null, grid(...requestFigures(run, replay)));
  if (run.served > 0) add("latencies", "Latency", null, grid(...latencyFigures(run)));
  const flow = flowFigure(run);
  if (flow) add("bits", "Where bits are lost", "From what was sifted to the messages that key protected.", grid(flow));
  const exposed = exposureFigures(run), classes = run.served > 0 ? [classFigure(run)] : [];
  if (exposed.length + classes.length) add("exposure", "Exposure", "Who could have read the keys, and what they rest on.", grid(...exposed.filter((f) => f.title), ...classes, ...exposed.filter((f) => !f.title)));
  const tables = runTables(run);
  if (tables.length) add("tables", "Tables", "Sort by a column's head. Downloads have every row of the page, unrounded.", ...tables);
  return { nodes: out, state: { run, replay, links } };
}
