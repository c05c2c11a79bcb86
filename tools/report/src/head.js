// The head of the page: what this is, whether it can be trusted, the figures that people ask for first.
import { el, tilesOf } from "./dom.js";
import { bits, count, digits, rate, share, span } from "./format.js";
import { dark, onTheme, toggle } from "./theme.js";

const kinds = { run: "Report of a run", replications: "Report of replications", sweep: "Report of a sweep", plan: "Report of a plan", comparison: "Comparison of two results", tables: "Report" };
const durationText = (s) => (s >= 172800 ? `${digits(s / 86400)} days` : s >= 3600 ? `${digits(s / 3600)} h` : s >= 60 ? `${digits(s / 60)} min` : `${digits(s)} s`);

export function auditOf(raw) {
  const violations = raw.tables["/violations"]?.total;
  const counted = raw.summary.violations;
  if (violations || counted) return { ok: false, text: `audit: ${count(violations || counted)} violations` };
  if (!raw.complete) return { ok: null, text: "audit: not reached" };
  if (violations === 0 || counted === 0) return { ok: true, text: "audit clean" };
  return { ok: null, text: "no audit" };
}
function facts(raw, prefix = "") {
  const audit = auditOf(raw), li = (label, value, cls) => el("li", { class: cls }, label ? el("span", {}, label) : null, value);
  return el("ul.facts", {}, prefix ? li("", prefix, "strong") : null, li("seed", raw.seed), li("qkdes", raw.version), raw.end ? li("simulated", durationText(raw.end)) : null, raw.fidelity ? li("fidelity", raw.fidelity) : null, raw.crypto ? li("crypto", raw.crypto) : null,
    raw.complete ? li("", "complete", "ok") : li("", "partial", "no"), li("", audit.text, audit.ok === true ? "ok" : audit.ok === false ? "no" : undefined));
}
export function head(doc) {
  const box = document.getElementById("head"), first = doc.runs[0];
  const theme = el("button.theme", { type: "button", onclick: toggle });
  const say = () => { theme.textContent = dark() ? "☀ Light" : "☾ Dark"; theme.setAttribute("aria-label", dark() ? "Switch to the light page" : "Switch to the dark page"); };
  onTheme(say);
  say();
  const two = doc.runs.length > 1;
  box.replaceChildren(
    el(".head-row", {}, el("div", {}, el("p.kicker", {}, `qkdes · ${kinds[doc.kind] ?? "Report"}`), el("h1", {}, two ? `${doc.runs[0].file} and ${doc.runs[1].file}` : first.name || first.file), el("p.lead", {}, two ? (doc.runs[0].name === doc.runs[1].name ? first.name : `${doc.runs[0].name} and ${doc.runs[1].name}`) : first.description)), theme),
    ...doc.runs.map((r, i) => facts(r, two ? `${i ? "candidate" : "base"}: ${r.file}` : "")),
    ...doc.runs.filter((r) => !r.complete).map((r) => el("p.banner.bad", { id: "partial", role: "status" }, el("strong", {}, `${r.file} is partial: `), r.reason || "the run did not end", `. What follows is the run as far as it was recorded${r.tables["/audit"]?.total ? "" : "; the auditor's books and figures of the whole run are missing"}.`)),
    ...doc.runs.filter((r) => auditOf(r).ok === false).map((r) => el("p.banner.bad", { role: "alert" }, el("strong", {}, "The auditor found violations. "), `Figures of ${r.file} cannot be trusted; this is a fault of qkdes. Please report it.`)),
    ...doc.runs.filter((r) => r.thinned.length).map((r) => el("p.banner.warn", { id: "thinned" }, el("strong", {}, `Down-sampled in this page${two ? ` (${r.file})` : ""}: `), r.thinned.join(" "), ` The whole is in ${r.file}.`)));
}
export const tile = (label, value, note, tone = "") => el(`.tile${tone ? `.${tone}` : ""}`, {}, el(".label", {}, label), el(".value", {}, value), el(".note", {}, note ?? ""));
export function tiles(run) {
  const f = (name) => run.figures.get(`network ${name}`)?.value, out = [];
  const made = run.links.reduce((n, l) => n + (l.totals.secret_rate ?? 0), 0), used = run.links.reduce((n, l) => n + (l.totals.used_rate ?? 0), 0);
  if (run.asked > 0) {
    const s = run.served / run.asked;
    out.push(tile("Requests served", share(s), `${count(run.served)} of ${count(run.asked)}`, s >= 0.999 ? "good" : s < 0.95 ? "bad" : ""));
  }
  if (f("availability") !== undefined && run.asked > 0) out.push(tile("Availability", share(f("availability")), "time without outage"));
  if (Number.isFinite(f("latency_p50"))) out.push(tile("Latency, half of all", span(f("latency_p50")), `99 % within ${span(f("latency_p99"))}`));
  if (run.qkdLinks.length) out.push(tile("Secret key made", rate(made), `${count(run.qkdLinks.length)} QKD links, ${bits(made * run.end)}`), tile("Key used", rate(used), made > 0 ? `${share(used / made)} of what was made` : ""));
  if (Number.isFinite(f("relay_knows"))) out.push(tile("Seen by one relay", share(f("relay_knows")), "of keys, by the relay that saw most"));
  if (Number.isFinite(f("recovery"))) out.push(tile("Recovery", span(f("recovery")), "mean over faults that hit"));
  if (run.faults.length) out.push(tile("Faults", count(run.faults.length), [...new Set(run.faults.map((x) => x.kind))].join(", ")));
  return out.length ? tilesOf(out) : null;
}
