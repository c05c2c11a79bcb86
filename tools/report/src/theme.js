// Light and dark: what the system asks for, until the reader chooses. Charts take their colours from here.
const listeners = new Set();
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = null;
try { chosen = localStorage.getItem("qkdes-theme"); } catch { /* a page from disk may have no storage */ }

export const dark = () => (chosen ?? (system.matches ? "dark" : "light")) === "dark";
function apply() {
  document.documentElement.dataset.theme = dark() ? "dark" : "light";
  for (const f of listeners) f();
}
system.addEventListener("change", apply);
export function toggle() {
  chosen = dark() ? "light" : "dark";
  try { localStorage.setItem("qkdes-theme", chosen); } catch { /* as above */ }
  apply();
}
export const onTheme = (f) => listeners.add(f);
document.documentElement.dataset.theme = dark() ? "dark" : "light";

export function colours() {
  const css = getComputedStyle(document.documentElement);
  const of = (name) => css.getPropertyValue(name).trim();
  const d = dark();
  return {
    ink: of("--ink"), soft: of("--soft"), line: of("--line"), faint: of("--faint"), card: of("--card"), accent: of("--accent"), bad: of("--bad"), dark: d,
    // Okabe and Ito; the dark page has lighter ones where the originals would be too dim.
    set: d ? ["#56b4e9", "#e69f00", "#2fc79b", "#ff8a4c", "#d48fb6", "#f0e442", "#8fb8ff", "#c2ccd6"] : ["#0072b2", "#d98200", "#009e73", "#d55e00", "#a8508a", "#7a6a00", "#3b4cc0", "#59636e"],
    // From little used to drained.
    use: d ? ["#4f9fd0", "#74c7f5", "#e6b43c", "#ff8a4c"] : ["#7fb9dd", "#0072b2", "#d99a00", "#c8460a"],
    land: d ? "#3a4858" : "#c3ccd6",
  };
}
export const font = 'system-ui, "Segoe UI", Roboto, Arial, sans-serif';
