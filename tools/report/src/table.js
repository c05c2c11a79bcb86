// A table that sorts by any column, shows its first rows until asked for all, and downloads as CSV (as sorted, every row
// that the page has, numbers unrounded and in the units that the head names).
import { el } from "./dom.js";
import { count, withUnit } from "./format.js";

const shownAtFirst = 12;

const quoted = (v) => { const t = v === null || v === undefined ? "" : String(v); return /[",\n\r]/.test(t) ? `"${t.replaceAll('"', '""')}"` : t; };

/// columns: [{title, unit, values, format}]; `format` gives the text of a cell, the value itself is sorted and saved.
export function dataTable({ caption, columns, name, note, total, rowsAtFirst = shownAtFirst }) {
  columns = columns.filter((c) => c && c.values);
  const n = columns.length ? columns[0].values.length : 0;
  let order = Array.from({ length: n }, (_, i) => i);
  let all = n <= rowsAtFirst;
  const numeric = columns.map((c) => c.values.every((v) => v === null || typeof v === "number") && c.values.some((v) => typeof v === "number"));
  const body = el("tbody");
  const long = columns.map((c) => c.values.some((v) => typeof v === "string" && v.length > 60));
  const cell = (c, i) => {
    const column = columns[c], v = column.values[i];
    const text = column.format ? column.format(v, i) : withUnit(v, column.unit);
    return el("td", { class: numeric[c] ? "num" : long[c] ? "long" : undefined }, v === null || v === undefined ? "–" : text);
  };
  const draw = () => body.replaceChildren(...order.slice(0, all ? n : rowsAtFirst).map((i) => el("tr", {}, columns.map((_, c) => cell(c, i)))));
  const heads = columns.map((column, c) => {
    const button = el("button", { type: "button", title: column.description, onclick: () => sort(c) }, column.title);
    return el("th", { scope: "col", class: numeric[c] ? "num" : undefined, "aria-sort": "none" }, button);
  });
  function sort(c) {
    const up = heads[c].getAttribute("aria-sort") !== "ascending";
    heads.forEach((h, i) => h.setAttribute("aria-sort", i === c ? (up ? "ascending" : "descending") : "none"));
    const v = columns[c].values;
    const missing = (x) => x === null || x === undefined || Number.isNaN(x);
    order.sort((a, b) => {
      if (missing(v[a]) || missing(v[b])) return missing(v[a]) - missing(v[b]) || a - b; // unknown ones last, either way
      const d = numeric[c] ? v[a] - v[b] : String(v[a]).localeCompare(String(v[b]), "en", { numeric: true });
      return (up ? d : -d) || a - b;
    });
    draw();
  }
  const more = el("button", { type: "button", onclick: () => { all = !all; draw(); say(); } });
  const say = () => { more.textContent = all ? `Show ${rowsAtFirst} rows` : `Show all ${count(n)} rows`; };
  say();
  const save = el("button", { type: "button", onclick: () => {
    const head = columns.map((c) => quoted(c.unit && !["1", "index", "none"].includes(c.unit) ? `${c.title} (${c.unit})` : c.title)).join(",");
    const lines = order.map((i) => columns.map((c) => quoted(c.values[i])).join(","));
    const url = URL.createObjectURL(new Blob([[head, ...lines].join("\r\n") + "\r\n"], { type: "text/csv" }));
    const a = el("a", { href: url, download: `${name}.csv` });
    document.body.append(a);
    a.click();
    a.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  } }, "Download CSV");
  save.setAttribute("aria-label", `Download as CSV: ${caption}`);
  draw();
  const told = total !== undefined && total > n ? `First ${count(n)} of ${count(total)}; the whole is in the results file.` : `${count(n)} ${n === 1 ? "row" : "rows"}.`;
  return el(".table", { "data-name": name },
    el(".scroll", { tabindex: "0", role: "region", "aria-label": caption }, el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), body)),
    el(".table-foot", {}, el("span", {}, told, note ? ` ${note}` : ""), n > rowsAtFirst ? more : null, save));
}
