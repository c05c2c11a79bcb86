// el("p.note#id", {attribute: value, onclick: f}, child, "text", ...)
export function el(what, attributes = {}, ...children) {
  const [head, ...rest] = (/^[.#]/.test(what) ? `div${what}` : what).split(/(?=[.#])/);
  const node = document.createElement(head);
  for (const part of rest) part[0] === "." ? node.classList.add(part.slice(1)) : (node.id = part.slice(1));
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}
/// A <select> with a label; `options`: [[value, text], ...].
export function picker(label, options, value, onchange) {
  const select = el("select", { onchange: () => onchange(select.value) }, options.map(([v, t]) => el("option", { value: v, selected: String(v) === String(value) }, t)));
  return { node: el("label.pick", {}, el("span", {}, label), select), select };
}
export function section(id, title, text, ...children) {
  return el(`section#${id}`, { "aria-labelledby": `${id}-title` }, el(".section-head", {}, el("h2", { id: `${id}-title` }, title), text ? el("p", {}, text) : null), ...children);
}
/// Figures in a row: as many columns as divide them evenly.
export const tilesOf = (list) => el(".tiles", { style: `--n:${list.length <= 6 ? list.length : Math.ceil(list.length / 2)}` }, list);
