// The slider of time under the map: it plays, steps, and moves the crowd between periods.

/** @import { Arrows, Marker, Period } from "./types.js" */

import { icon, SHAPES } from "./controls.js";
import { played } from "./crowd.js";
import { make, setText } from "./dom.js";
import { date, say } from "./words.js";

const SECONDS = 30; // of playing all periods, where there are many
const CALM = "(prefers-reduced-motion: reduce)";

export class TimeSlider {
  /** @type {Period[]} */
  periods = [];
  /** @type {Marker[]} */
  markers = [];
  time = 0;
  on = false; // whether the crowd is shown, at a time; else all time is meant
  playing = false;
  /** @type {number | null} */
  last = null;

  /** @param {() => void} changed hears of another time or other arrows */
  constructor(changed) {
    this.changed = changed;
    this.back = this.button("time-back", "step-back", () => this.step(-1));
    this.play = this.button("time-play", "play", () => this.toggle());
    this.ahead = this.button("time-ahead", "step-forward", () => this.step(1));
    this.all = make("button", { type: "button", class: "mp-button", "data-testid": "time-all", onclick: () => this.leave() });
    this.range = make("input", { type: "range", min: 0, step: 0.01, value: 0, class: "mp-scrub", "data-testid": "time", oninput: () => this.go(Number(this.range.value)) });
    this.range.addEventListener("keydown", (event) => this.key(event));
    this.flags = make("div", { class: "mp-flags", "aria-hidden": "true" });
    this.rail = make("div", { class: "mp-rail mp-time-rail" }, [this.flags, this.range]);
    this.told = make("span", { class: "mp-when", "data-testid": "time-told" });
    this.marked = make("span", { class: "mp-note", "data-testid": "time-markers" });
    this.arrows = make("select", { class: "mp-select", "data-testid": "time-arrows", onchange: () => this.changed() });
    this.element = make("div", { class: "mp-time", role: "group", "data-testid": "atlas-time" }, [
      make("div", { class: "mp-group" }, [this.back, this.play, this.ahead, this.all]), this.rail, this.told, this.arrows, this.marked,
    ]);
  }

  /**
   * @param {string} testid
   * @param {keyof typeof SHAPES} shape
   * @param {() => void} onclick
   */
  button(testid, shape, onclick) {
    const button = make("button", { type: "button", class: "mp-button mp-icon", "data-testid": testid, onclick });
    button.append(icon(SHAPES[shape]));
    return button;
  }

  /**
   * @param {Period[]} periods
   * @param {Marker[]} markers
   * @param {{ crowd: boolean, flows: boolean }} has what there is to be shown
   */
  load(periods, markers, { crowd, flows }) {
    const same = periods.length === this.periods.length;
    Object.assign(this, { periods, markers });
    if (!same) Object.assign(this, { time: 0, on: false, playing: false });
    this.element.hidden = periods.length < 2 || !(crowd || flows);
    this.arrows.hidden = !flows;
    this.range.max = String(Math.max(1, periods.length - 1));
    for (const [element, text] of /** @type {[HTMLElement, string][]} */ ([
      [this.element, "atlas_time"], [this.back, "atlas_time_back"], [this.ahead, "atlas_time_ahead"], [this.range, "atlas_time"], [this.arrows, "atlas_arrows"],
    ])) element.setAttribute("aria-label", say(text));
    setText(this.all, say("atlas_time_all"));
    const kept = this.arrows.value || "sure";
    this.arrows.replaceChildren(...["sure", "all", "none"].map((value) => make("option", { value, text: say(`atlas_arrows_${value}`), selected: value === kept })));
    this.marked.hidden = !markers.length;
    this.flags.replaceChildren(...markers.map((marker) => this.flag(marker)));
    this.follow();
  }

  /** @param {Marker} marker */
  flag({ name, from, to }) {
    const [left, right] = [from, to ?? from].map((time) => 100 * this.placeOf(time));
    return make("span", { class: "mp-flag", title: name, style: `left:${left}%;width:${Math.max(0, right - left)}%` });
  }

  /**
   * Where a time lies along the slider, 0 to 1: a period's place stands for its end.
   *
   * @param {number} time
   */
  placeOf(time) {
    const { periods } = this;
    const last = periods.length - 1;
    const at = periods.findIndex(({ to }) => to >= time);
    if (at <= 0 || last < 1) return at < 0 ? 1 : 0;
    const { to: before } = periods[at - 1];
    return (at - 1 + (time - before) / Math.max(1, periods[at].to - before)) / last;
  }

  /** The period that is shown, null for all time. */
  get period() {
    return this.on ? Math.round(this.time) : null;
  }

  /** @returns {Arrows} */
  get wanted() {
    return /** @type {Arrows} */ (this.arrows.value || "sure");
  }

  /** The time that the crowd stands at: whoever wants little movement sees only whole steps. */
  get shown() {
    return this.playing && matchMedia(CALM).matches ? Math.floor(this.time) : this.time;
  }

  /** @param {number} time */
  go(time) {
    this.on = true;
    this.time = Math.max(0, Math.min(this.periods.length - 1, time));
    this.follow();
    this.changed();
  }

  /** @param {1 | -1} by */
  step(by) {
    this.playing = false;
    this.go(this.on ? Math.round(this.time) + by : 0);
  }

  toggle() {
    this.playing = !this.playing;
    this.last = null;
    if (this.playing && (!this.on || this.time >= this.periods.length - 1)) this.time = 0;
    this.go(this.time);
  }

  /** Back to all time, without the crowd. */
  leave() {
    this.playing = false;
    this.on = false;
    this.follow();
    this.changed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = ["ArrowRight", "ArrowUp"].includes(event.key) ? 1 : ["ArrowLeft", "ArrowDown"].includes(event.key) ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    this.step(by);
  }

  /**
   * Play on to a frame.
   *
   * @param {number} now in milliseconds
   */
  advance(now) {
    if (!this.playing) return;
    const speed = Math.max(1, this.periods.length / SECONDS);
    const by = this.last === null ? 0 : ((now - this.last) / 1000) * speed;
    this.last = now;
    [this.time, this.playing] = played(this.time, this.periods.length - 1, Math.min(by, speed / 4));
    this.follow();
  }

  /** Words and knob follow the time. */
  follow() {
    const period = this.periods[Math.round(this.time)];
    const words = !this.on || !period ? say("atlas_time_whole") : say("atlas_time_of", { from: date(period.from), to: date(period.to) });
    this.range.value = String(this.time);
    this.range.setAttribute("aria-valuetext", words);
    this.rail.style.setProperty("--mp-done", `${(100 * this.time) / Math.max(1, this.periods.length - 1)}%`);
    setText(this.told, words);
    const here = this.on && period ? this.markers.filter(({ from, to }) => from < period.to && (to ?? from) >= period.from) : [];
    setText(this.marked, here.map(({ name }) => name).join(", "));
    this.all.setAttribute("aria-pressed", String(!this.on));
    const shape = this.playing ? "pause" : "play";
    if (this.play.dataset.shape === shape) return;
    this.play.dataset.shape = shape;
    this.play.replaceChildren(icon(SHAPES[shape]));
    this.play.setAttribute("aria-label", say(this.playing ? "atlas_time_pause" : "atlas_time_play"));
  }
}
