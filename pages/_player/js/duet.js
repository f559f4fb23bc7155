// Two sides on one time axis and one map, with one playhead: the component behind the comparison.

import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { DuetMap } from "./duetmap.js";
import { DuetNow } from "./duetnow.js";
import { DuetTimeline } from "./duettimeline.js";
import { makeHelp } from "./keys.js";
import { onThemeChange, readTheme } from "./paint.js";
import { unpack } from "./payload.js";
import { Playing } from "./playing.js";
import { whenHere } from "./store.js";
import { date, number, say, speak } from "./words.js";

const MOMENTS = 1001; // steps of the playhead over the whole span
const PACE = 10; // times the pace of events: a span takes 25 seconds at speed 1
const MOUNTED = new WeakMap();

export default function mount({ data, parentElement }) {
  let duet = MOUNTED.get(parentElement);
  if (!duet) {
    duet = new Duet(parentElement);
    MOUNTED.set(parentElement, duet);
  }
  follow(duet, data);
  return () => {
    MOUNTED.delete(parentElement);
    duet.destroy();
  };
}

async function follow(duet, data) {
  const wanted = JSON.stringify([data.duet, data.backdrop, data.texts.lang]);
  if (duet.wanted === wanted) return;
  duet.wanted = wanted;
  const [pair, backdrop] = await Promise.all([data.duet, data.backdrop].map(whenHere));
  if (duet.wanted !== wanted) return; // another user was chosen meanwhile
  speak(data.texts);
  duet.load(unpack(pair), unpack(backdrop), data.palette);
}

class Duet extends Playing {
  constructor(parent) {
    super();
    this.frames = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.controls = new Controls((name, value) => this.act(name, value));
    this.timeline = new DuetTimeline((place) => this.act("jump", place * (MOMENTS - 1)));
    this.map = new DuetMap();
    this.map.onZoom = () => { this.map.close = !this.map.close; this.paint(); };
    this.now = new DuetNow();
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    const views = make("div", { class: "mp-views mp-views-two" }, [this.map.element, this.now.element]);
    this.root = make("div", { class: "meander-player", "data-testid": "duet", tabindex: 0, role: "region", "data-frames": 0, "data-playing": "false" }, [
      this.controls.element, this.timeline.element, views, this.probe,
    ]);
    parent.append(this.root);
    this.listen();
  }

  listen() {
    const onKey = (event) => this.onKey(event);
    document.addEventListener("keydown", onKey);
    const sized = new ResizeObserver(() => { if (this.painted !== this.sizes()) this.paint(); });
    for (const box of [this.timeline.element, this.map.box]) sized.observe(box);
    const stopTheme = onThemeChange(this.probe, () => this.paint());
    this.root.addEventListener("click", (event) => {
      // After a click with the pointer, space means play again, not the button that was clicked.
      if (event.detail && event.target.closest("button") && !event.target.closest("dialog")) this.root.focus({ preventScroll: true });
    });
    this.quiet = () => {
      document.removeEventListener("keydown", onKey);
      sized.disconnect();
      stopTheme();
    };
  }

  load(pair, backdrop, palette) {
    Object.assign(this, { pair, backdrop, palette });
    const speed = this.clock?.speed ?? 1;
    const loop = this.clock?.loop ?? false;
    this.clock = Object.assign(new Clock(MOMENTS, 0), { speed, loop, ease: () => PACE });
    this.clock.jump(this.firstSight());
    this.changes = pair.changes.flat().map((time) => Math.round(this.placeOf(time) * (MOMENTS - 1))).sort((a, b) => a - b);
    this.controls.load({ steps: MOMENTS, ordinal: true, changes: this.changes });
    for (const name of ["step-back", "step-forward"]) this.controls.relabel(name, say(`duet_${name.replace("-", "_")}`));
    this.help?.remove();
    this.help = makeHelp("duet_help");
    this.root.append(this.help);
    this.root.setAttribute("aria-label", say("duet", { one: pair.names[0], other: pair.names[1] }));
    this.root.dataset.steps = MOMENTS;
    this.paint();
  }

  /** The last moment at which both have events: the end would often show only one of them. */
  firstSight() {
    const { likeness } = this.pair;
    const last = likeness.findLastIndex((share) => share >= 0);
    return last < 0 ? MOMENTS - 1 : ((last + 0.5) / likeness.length) * (MOMENTS - 1);
  }

  placeOf(time) {
    const [from, to] = this.pair.span;
    return (time - from) / (to - from);
  }

  /** The moment under the playhead, as times of the pair are told. */
  timeAt(position) {
    const [from, to] = this.pair.span;
    return from + ((to - from) * position) / (MOMENTS - 1);
  }

  sizes() {
    return [this.timeline.element.clientWidth, this.map.box.clientWidth, this.map.box.clientHeight].join();
  }

  paint() {
    if (!this.pair || !this.root.clientWidth) return;
    this.painted = this.sizes();
    this.theme = readTheme(this.root, this.palette);
    this.root.classList.toggle("mp-dark", this.theme.dark);
    const colours = this.pair.categories.map((name, index) => (index === this.pair.rest ? this.theme.other : this.theme.category(name)));
    const sides = this.theme.dark ? ["#4fb6cf", "#f0a35e"] : ["#0b6f86", "#b3541e"]; // apart also for the colour-blind
    const scene = { pair: this.pair, colours, sides, theme: this.theme };
    this.timeline.paint(scene, this.timeline.element.clientWidth);
    this.timeline.element.setAttribute("aria-label", say("duet_timeline"));
    this.map.paintDuet(scene, this.backdrop);
    this.map.box.setAttribute("aria-label", say("duet_map_hint"));
    this.now.load(scene);
    this.show();
  }

  act(name, value) {
    if (!this.pair) return;
    const { clock } = this;
    const step = clock.step;
    if (name === "play") clock.playing ? clock.pause() : clock.play();
    else if (name === "help") this.help.open ? this.help.close() : this.help.showModal();
    else if (name === "speed") clock.speed = value;
    else if (name === "loop") clock.loop = !clock.loop;
    else this.travel(name, value, step);
    this.controls.press("loop", clock.loop);
    this.show();
    this.run();
  }

  travel(name, value, step) {
    const target = {
      jump: () => (value === Infinity ? MOMENTS - 1 : value),
      move: () => step + 5 * value,
      "step-forward": () => step + 5,
      "step-back": () => step - 5,
      "next-change": () => this.changes.find((change) => change > step) ?? step,
      "previous-change": () => this.changes.findLast((change) => change < step) ?? step,
    }[name]();
    this.clock.jump(target);
    if (!name.endsWith("change")) this.clock.playing = false;
  }

  ready() {
    return Boolean(this.pair);
  }

  show() {
    const { clock, pair, root } = this;
    const position = this.calm.matches ? clock.step : clock.position;
    const time = this.timeAt(position);
    this.timeline.draw(position / (MOMENTS - 1));
    this.map.drawDuet(time);
    this.now.draw(position / (MOMENTS - 1));
    const text = pair.ordinal ? say("duet_event", { n: number(Math.round(time) + 1) }) : date(time, true);
    this.controls.drawMoment(clock.step, text, clock.playing);
    root.dataset.step = clock.step;
    root.dataset.playing = clock.playing;
    root.dataset.frames = this.frames += 1;
  }

  destroy() {
    cancelAnimationFrame(this.request);
    this.quiet();
    this.root.remove();
  }
}
