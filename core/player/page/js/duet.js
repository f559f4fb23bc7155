// Two sides on one time axis and one map, with one playhead: the component behind the comparison.

/** @import { Act, Backdrop, Component, DuetData, Pair, Palette, Theme } from "./types.js" */

import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { DuetMap } from "./duetmap.js";
import { DuetNow } from "./duetnow.js";
import { DuetTimeline } from "./duettimeline.js";
import { makeHelp } from "./keys.js";
import { tellMarkers } from "./markers.js";
import { readTheme } from "./paint.js";
import { unpack } from "./payload.js";
import { Playing } from "./playing.js";
import { whenHere } from "./store.js";
import { Tip } from "./tip.js";
import { targetOf } from "./travel.js";
import { date, number, say, speak } from "./words.js";

const MOMENTS = 1001; // steps of the playhead over the whole span
const STRIDE = 5; // of these steps one press of a key or button takes
const PACE = 10; // times the pace of events: a span takes 25 seconds at speed 1
/** @type {WeakMap<HTMLElement, Duet>} */
const MOUNTED = new WeakMap();

/**
 * @param {Component<DuetData>} call
 * @returns {() => void}
 */
export default function mount({ data, parentElement }) {
  const duet = MOUNTED.get(parentElement) ?? new Duet(parentElement);
  MOUNTED.set(parentElement, duet);
  follow(duet, data);
  return () => {
    MOUNTED.delete(parentElement);
    duet.destroy();
  };
}

/**
 * @param {Duet} duet
 * @param {DuetData} data
 */
async function follow(duet, data) {
  const wanted = JSON.stringify([data.duet, data.backdrop, data.texts.lang, data.markers]);
  if (duet.wanted === wanted) return;
  duet.wanted = wanted;
  const [pair, backdrop] = await Promise.all([whenHere(data.duet), whenHere(data.backdrop)]);
  if (duet.wanted !== wanted) return; // another user was chosen meanwhile
  speak(data.texts);
  duet.load(Object.assign(unpack(pair), { markers: data.markers }), unpack(backdrop), data.palette);
}

class Duet extends Playing {
  // What a pair brings: nothing is drawn before it.
  /** @type {Pair} */
  pair;
  /** @type {Backdrop} */
  backdrop;
  /** @type {Palette} */
  palette;
  /** @type {Clock} */
  clock;
  /** @type {HTMLDialogElement | undefined} */
  help;
  /** @type {number[]} */
  changes = []; // moments, of both sides
  /** @type {Theme} */
  theme;
  painted = ""; // the sizes that it was painted for
  wanted = ""; // which blocks and words it was told to show

  /** @param {HTMLElement} parent */
  constructor(parent) {
    super();
    this.frames = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.controls = new Controls((name, value) => this.act(name, value));
    this.timeline = new DuetTimeline((place) => this.act("jump", place * (MOMENTS - 1)), (...where) => this.hover(...where));
    this.tip = new Tip();
    this.map = new DuetMap();
    this.map.onZoom = () => { this.map.close = !this.map.close; this.paint(); };
    this.now = new DuetNow();
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    const views = make("div", { class: "mp-views mp-views-two" }, [this.map.element, this.now.element]);
    this.root = make("div", { class: "meander-player", "data-testid": "duet", tabindex: 0, role: "region", "data-frames": 0, "data-playing": "false" }, [
      this.controls.element, this.timeline.element, views, this.tip.element, this.probe,
    ]);
    parent.append(this.root);
    this.quiet = this.listen();
  }

  /**
   * @param {Pair} pair
   * @param {Backdrop} backdrop
   * @param {Palette} palette
   */
  load(pair, backdrop, palette) {
    Object.assign(this, { pair, backdrop, palette });
    const speed = this.clock?.speed ?? 1;
    const loop = this.clock?.loop ?? false;
    this.clock = Object.assign(new Clock(MOMENTS, 0), { speed, loop, ease: () => PACE });
    this.clock.jump(this.firstSight());
    this.changes = pair.changes.flat().map((time) => Math.round(this.placeOf(time) * (MOMENTS - 1))).sort((a, b) => a - b);
    this.controls.load({ steps: MOMENTS, ordinal: true, changes: this.changes, markers: pair.markers });
    this.controls.buttons.present.hidden = true;
    this.controls.relabel("step-back", say("duet_step_back"));
    this.controls.relabel("step-forward", say("duet_step_forward"));
    this.help?.remove();
    this.help = makeHelp("duet_help");
    this.root.append(this.help);
    this.root.setAttribute("aria-label", say("duet", { one: pair.names[0], other: pair.names[1] }));
    this.root.dataset.steps = String(MOMENTS);
    this.paint();
  }

  /** The last moment at which both have events: the end would often show only one of them. */
  firstSight() {
    const { likeness } = this.pair;
    const last = likeness.findLastIndex((share) => share >= 0);
    return last < 0 ? MOMENTS - 1 : ((last + 0.5) / likeness.length) * (MOMENTS - 1);
  }

  /** @param {number} time */
  placeOf(time) {
    const [from, to] = this.pair.span;
    return (time - from) / (to - from);
  }

  /**
   * The moment under the playhead, as times of the pair are told.
   *
   * @param {number} position
   */
  timeAt(position) {
    const [from, to] = this.pair.span;
    return from + ((to - from) * position) / (MOMENTS - 1);
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
    this.timeline.element.setAttribute("aria-label", say("duet_timeline") + tellMarkers(this.pair.markers));
    this.controls.press("markers", this.timeline.signed);
    this.map.paintDuet(scene, this.backdrop);
    this.map.box.setAttribute("aria-label", say("duet_map_hint"));
    this.now.load(scene);
    this.show();
  }

  /** @type {Act} */
  act(name, value) {
    if (!this.pair) return;
    const { clock } = this;
    if (name === "play") clock.playing ? clock.pause() : clock.play();
    else if (name === "help") this.toggleHelp();
    else if (name === "present") return; // two sides are not a story
    else if (name === "markers") this.timeline.signed = !this.timeline.signed;
    else if (name === "speed") clock.speed = Number(value);
    else if (name === "loop") clock.loop = !clock.loop;
    else this.travel(name, Number(value));
    this.controls.press("loop", clock.loop);
    if (name === "markers") this.paint();
    this.show();
    this.run();
  }

  /**
   * @param {string} name
   * @param {number} value
   */
  travel(name, value) {
    const { clock, changes } = this;
    clock.jump(targetOf(name, value, { step: clock.step, last: MOMENTS - 1, changes, stride: STRIDE }));
    if (!name.endsWith("change")) clock.playing = false;
  }

  /**
   * @param {string} names
   * @param {PointerEvent} event
   */
  hover(names, event) {
    if (!names) return this.tip.hide();
    const box = this.root.getBoundingClientRect();
    return this.tip.show(names, event.clientX - box.left, event.clientY - box.top, box.width);
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
    root.dataset.step = String(clock.step);
    root.dataset.playing = String(clock.playing);
    root.dataset.frames = String(this.frames += 1);
  }

  destroy() {
    if (this.request) cancelAnimationFrame(this.request);
    this.quiet();
    this.root.remove();
  }
}
