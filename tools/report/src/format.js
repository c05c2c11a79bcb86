// Numbers for people: three significant digits, and the unit that fits.
const steps = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

export function digits(x, n = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const a = Math.abs(x);
  if (a >= 1e15 || a < 1e-4) return x.toExponential(n - 1).replace("-", "−");
  const places = Math.max(0, n - 1 - Math.floor(Math.log10(a)));
  return Number(x.toFixed(Math.min(places, 12))).toLocaleString("en-GB", { maximumFractionDigits: Math.min(places, 12) }).replaceAll(",", " ");
}
export function count(x) {
  return x === null || x === undefined ? "–" : Math.round(x).toLocaleString("en-GB").replaceAll(",", " ");
}
function scaled(x, unit) {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  if (x === 0) return `0 ${unit}`;
  const [size, prefix] = steps.find(([s]) => Math.abs(x) >= s * 0.9995) ?? [1, ""];
  return `${digits(x / size)} ${prefix}${unit}`;
}
export const bits = (x) => scaled(x, "bit");
export const rate = (x) => scaled(x, "bit/s");
/// One argument, so that it can be given to whoever also passes an index.
export const share = (x) => shareTo(x, 3);
export function shareTo(x, n) {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  const p = 100 * x;
  if (p > 99 && p < 100) return `${p > 99.9 ? Math.floor(p * 1000) / 1000 : Math.floor(p * 100) / 100} %`; // never up to 100
  return `${digits(p, n)} %`;
}
/// A duration such as a latency.
export function span(s) {
  if (s === null || s === undefined || !Number.isFinite(s)) return "–";
  const a = Math.abs(s);
  if (a === 0) return "0 s";
  if (a < 1e-6) return `${digits(s * 1e9)} ns`;
  if (a < 1e-3) return `${digits(s * 1e6)} µs`;
  if (a < 1) return `${digits(s * 1e3)} ms`;
  if (a < 120) return `${digits(s)} s`;
  if (a < 7200) return `${digits(s / 60)} min`;
  if (a < 2 * 86400) return `${digits(s / 3600)} h`;
  if (a < 1000 * 86400) return `${digits(s / 86400)} d`;
  return `${digits(s / (365.25 * 86400))} years`;
}
/// A moment of the run, as on a clock: 1:05:09, with days when there are any.
export function clock(s, fine = false) {
  const sign = s < 0 ? "−" : "";
  s = Math.abs(s);
  const whole = fine ? s : Math.round(s);
  const d = Math.floor(whole / 86400), h = Math.floor(whole / 3600) % 24, m = Math.floor(whole / 60) % 60, rest = whole % 60;
  const two = (x) => String(x).padStart(2, "0");
  const sec = fine ? rest.toFixed(3).padStart(6, "0") : two(Math.floor(rest));
  return `${sign}${d ? `${d} d ` : ""}${d ? two(h) : h}:${two(m)}:${sec}`;
}
/// By the unit that a results file gives.
export function withUnit(x, unit) {
  if (typeof x === "string") return x;
  if (typeof x === "boolean") return x ? "yes" : "no";
  switch (unit) {
    case "bit": return bits(x);
    case "bit/s": return rate(x);
    case "s": return span(x);
    case "1": case "index": case "none": case "": case undefined: return Number.isInteger(x) ? count(x) : digits(x, 4);
    default: return `${digits(x, 4)} ${unit}`;
  }
}
