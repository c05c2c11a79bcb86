// A figure: a title, a chart that is made when it comes into view, a sentence that says what it shows, and the same as a
// table. Charts know the theme and their width.
import { init } from "./echarts.js";
import { el } from "./dom.js";
import { colours, font, onTheme } from "./theme.js";

const figures = new Set();
const seen = new IntersectionObserver((entries) => { for (const e of entries) if (e.isIntersecting) e.target.figure.show(); }, { rootMargin: "200px" });
const sized = new ResizeObserver((entries) => { for (const e of entries) e.target.figure.resize(); });
onTheme(() => { for (const f of figures) f.redraw(); });
export const redrawAll = () => { for (const f of figures) f.redraw(); };
addEventListener("beforeprint", () => { for (const f of figures) f.show(); });

/// option(colours, width) gives ECharts' option; text() the sentence; table() a node. `tools`: nodes for the head.
export class Figure {
  constructor({ id, title, hint, height = 320, option, text, table, tools = [], wide = "", after = null, made = null }) {
    Object.assign(this, { option, text, table, height, made });
    this.box = el(".chart", { role: "img", style: `height:${typeof height === "function" ? height(1200) : height}px` });
    this.box.figure = this;
    this.hintNode = el("p.hint", {}, hint ?? "");
    this.tableBox = el(".as-table", { hidden: true });
    this.button = table ? el("button.as-table-button", { type: "button", "aria-expanded": "false", onclick: () => this.flip() }, "Show as table") : null;
    this.node = el("figure.card", { id, class: `card ${wide}` }, el(".card-head", {}, el("div", {}, el("h3", {}, title), this.hintNode), el(".tools", {}, ...tools, this.button)), this.box, after, this.tableBox);
    this.title = title;
    figures.add(this);
    seen.observe(this.box);
    sized.observe(this.box);
    this.describe();
  }
  show() {
    if (this.chart || !this.box.clientWidth) return;
    this.chart = init(this.box, null, { renderer: "canvas" });
    this.made?.(this.chart);
    this.redraw();
  }
  describe() { this.box.setAttribute("aria-label", `${this.title}. ${this.text ? this.text() : ""}`); }
  redraw() {
    this.describe();
    if (!this.tableBox.hidden) this.tableBox.replaceChildren(this.table());
    if (!this.chart) return;
    const c = colours();
    this.width = this.box.clientWidth;
    if (typeof this.height === "function") {
      this.box.style.height = `${this.height(this.width)}px`;
      this.chart.resize();
    }
    this.chart.setOption({ animation: false, textStyle: { fontFamily: font, color: c.ink }, ...this.option(c, this.width) }, true);
    this.after?.();
  }
  resize() {
    if (!this.chart || this.box.clientWidth === this.width || !this.box.clientWidth) return;
    this.chart.resize();
    this.redraw();
  }
  flip() {
    this.tableBox.hidden = !this.tableBox.hidden;
    this.button.setAttribute("aria-expanded", String(!this.tableBox.hidden));
    this.button.textContent = this.tableBox.hidden ? "Show as table" : "Hide the table";
    if (!this.tableBox.hidden) this.tableBox.replaceChildren(this.table());
  }
}

// What charts have in common.
export const axisOf = (c, more = {}) => ({
  axisLine: { lineStyle: { color: c.line } }, axisTick: { lineStyle: { color: c.line } }, axisLabel: { color: c.soft, hideOverlap: true, ...more.axisLabel },
  splitLine: { lineStyle: { color: c.faint } }, nameTextStyle: { color: c.soft }, ...Object.fromEntries(Object.entries(more).filter(([k]) => k !== "axisLabel")),
});
export const tooltipOf = (c, more = {}) => ({
  trigger: "axis", confine: true, backgroundColor: c.card, borderColor: c.line, textStyle: { color: c.ink, fontSize: 13 }, ...more,
});
export const legendOf = (c, more = {}) => ({ type: "scroll", top: 0, left: 0, textStyle: { color: c.soft }, pageTextStyle: { color: c.soft }, pageIconColor: c.accent, itemWidth: 18, itemHeight: 10, ...more });
export const escape = (t) => String(t).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
