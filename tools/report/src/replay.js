// The moment that the page shows. One bar at the foot of the page moves it: slider, play, arrow keys.
import { el } from "./dom.js";
import { clock, count } from "./format.js";

export class Replay {
  constructor(run) {
    this.run = run;
    // The page opens at the moment with most refusals, or at the end.
    const refused = refusedByFrame(run), most = Math.max(0, ...refused);
    this.frame = most > 0 ? refused.indexOf(most) : run.frames - 1;
    this.listeners = new Set();
    this.timer = null;
  }
  on(f) { this.listeners.add(f); f(this.frame); }
  get time() { return this.run.time(this.frame); }
  set(frame) {
    frame = Math.max(0, Math.min(this.run.frames - 1, Math.round(frame)));
    if (frame === this.frame) return;
    this.frame = frame;
    this.say();
    for (const f of this.listeners) f(frame);
  }
  say() {
    const { run } = this;
    this.slider.value = this.frame;
    const t = clock(this.time);
    this.slider.setAttribute("aria-valuetext", `${t} of ${clock(run.end)}`);
    this.output.replaceChildren(t, el("small", {}, `of ${clock(run.end)}`));
  }
  play(on) {
    clearInterval(this.timer);
    this.timer = null;
    if (on) {
      if (this.frame === this.run.frames - 1) this.set(0);
      this.timer = setInterval(() => {
        if (this.frame >= this.run.frames - 1) this.play(false);
        else this.set(this.frame + 1);
      }, Math.max(60, 20000 / this.run.frames));
    }
    this.button.textContent = on ? "❚❚ Pause" : "▶ Play";
    this.button.setAttribute("aria-pressed", String(Boolean(on)));
  }
  mount(box) {
    const { run } = this;
    this.button = el("button#play", { type: "button", onclick: () => this.play(!this.timer) }, "▶ Play");
    this.slider = el("input#moment", { type: "range", min: 0, max: run.frames - 1, step: 1, "aria-label": "Moment of the run", oninput: () => { this.play(false); this.set(Number(this.slider.value)); } });
    this.output = el("output", { for: "moment" });
    const refused = refusedByFrame(run), most = Math.max(1, ...refused);
    const marks = el(".marks", { "aria-hidden": "true", title: "Orange: faults. Grey: requests not served." },
      refused.map((n, i) => n > 0 && el("i.refused", { style: `left:${(100 * i) / run.frames}%;width:${100 / run.frames}%;height:${20 + (80 * n) / most}%` })),
      run.faults.slice(0, 400).map((f) => el("i", { style: `left:${(100 * f.begin) / run.end}%;width:${(100 * (Math.min(f.end, run.end) - f.begin)) / run.end}%` })));
    box.replaceChildren(el(".wrap", {}, this.button, el(".track", {}, marks, this.slider), this.output));
    box.hidden = false;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `Replay in ${count(run.frames)} steps of ${clock(run.width)}`);
    this.say();
  }
}
export function refusedByFrame(run) {
  const by = run.raw.requests?.by_frame ?? [];
  return Array.from({ length: run.frames }, (_, f) => by.reduce((n, o, i) => n + (i > 0 ? o[f] : 0), 0));
}
