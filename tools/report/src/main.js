import { page } from "./data.js";
import { el, section } from "./dom.js";
import { head } from "./head.js";
import { runPage } from "./run.js";
import { studyPage } from "./study.js";
import { comparisonPage } from "./compare.js";
import { about } from "./tables.js";

function navigation(main) {
  const links = [...main.querySelectorAll("section[id]")].map((s) => ({ s, a: el("a", { href: `#${s.id}` }, s.querySelector("h2").textContent) }));
  document.getElementById("nav").replaceChildren(el("ul", {}, links.map((x) => el("li", {}, x.a))));
  const here = () => {
    const at = links.filter((x) => x.s.getBoundingClientRect().top < 120).at(-1) ?? links[0];
    for (const x of links) x.a.setAttribute("aria-current", String(x === at));
  };
  addEventListener("scroll", here, { passive: true });
  here();
}

head(page);
const main = document.getElementById("main");
const built = page.kind === "run" ? runPage(page.runs[0]) : page.kind === "comparison" ? comparisonPage(page) : studyPage(page.runs[0]);
main.replaceChildren(...built.nodes, section("about", "About this report", null, ...about({ raw: page })));
document.getElementById("foot").replaceChildren(el("p", {}, `Written by ${page.made_by} from ${page.runs.map((r) => r.file).join(" and ")}. This page is one file and asks no network. Coasts and borders: Natural Earth. Charts: Apache ECharts.`));
navigation(main);
globalThis.qkdesReport = built.state ?? {};
document.documentElement.dataset.ready = "true";
performance.mark("qkdes-ready");
