// Buttons, scrub and choices above the timeline.

/** @import { Act, Replay } from "./types.js" */

import { nearestStep } from "./axis.js";
import { make, setText } from "./dom.js";
import { date, number, say, span } from "./words.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];

export const SHAPES = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  "step-back": "M15.5 5v14L7 12zM5 5h2v14H5z",
  "step-forward": "M8.5 5v14l8.5-7zM17 5h2v14h-2z",
  "previous-change": "M19 6v12l-7-6zM12 6v12l-7-6z",
  "next-change": "M5 6v12l7-6zM12 6v12l7-6z",
  loop: "M7 7h9V4l5 4.5-5 4.5v-3H8v3H6V8zM17 17H8v3l-5-4.5L8 11v3h8v-3h2v5z",
  markers: "M6 3h2v18H6zM9 4h10l-3 4 3 4H9z",
  idle: "M4 11h3v2H4zM17 11h3v2h-3zM9 17l4-10 2 .8-4 10z",
  present: "M3 4h18v12H3zM5 6v8h14V6zM11 16h2v2h4v2H7v-2h4zM10 7.5v5l4.5-2.5z",
  help: "M11 16h2v2.4h-2zM8 9.2C8 6.8 9.7 5.2 12 5.2s4 1.5 4 3.7c0 2.9-3 3.2-3 5.6h-2c0-3.4 3-3.6 3-5.5 0-1.1-.8-1.8-2-1.8s-2 .8-2 2z",
};

/** @typedef {Exclude<keyof typeof SHAPES, "pause">} Name */
/** @typedef {{ steps: number, ordinal: boolean, changes: unknown[], markers: unknown[] }} Course what of a history the controls must know */

const NAMES = /** @type {Name[]} */ (Object.keys(SHAPES).filter((shape) => shape !== "pause"));

export class Controls {
  /** @type {number | null} */
  step = null;

  /** Where the events lie along the scrub, 0 to 1; evenly apart without. @type {Float64Array | null} */
  places = null;

  /** Whether a pointer holds the scrub. */
  pulled = false;
  playing = false;

  /**
   * `act(name, value)` hears of every press.
   *
   * @param {Act} act
   */
  constructor(act) {
    this.act = act;
    this.buttons = /** @type {Record<Name, HTMLButtonElement>} */ (Object.fromEntries(NAMES.map((name) => [name, this.button(name)])));
    for (const name of /** @type {Name[]} */ (["loop", "idle", "markers"])) this.buttons[name].setAttribute("aria-pressed", "false");
    this.scrub = make("input", {
      type: "range", min: 0, class: "mp-scrub", "data-testid": "scrub", oninput: () => this.scrubbed(), onchange: () => this.scrubbed(),
    });
    this.rail = make("div", { class: "mp-rail" }, [this.scrub]);
    this.listen();
    this.speed = this.select("speed", SPEEDS.map((speed) => [speed, `${speed}×`]), (value) => act("speed", Number(value)));
    this.pace = this.select("pace", [["event", ""], ["time", ""]], (value) => act("pace", value));
    this.place = make("span", { class: "mp-place", "data-testid": "place" });
    this.when = make("span", { class: "mp-when" });
    this.element = make("div", { class: "mp-controls", role: "group" }, [
      this.group("previous-change", "step-back", "play", "step-forward", "next-change"),
      make("div", { class: "mp-where" }, [this.place, this.when]),
      make("div", { class: "mp-group mp-right" }, [this.speed, this.pace, this.buttons.markers, this.buttons.idle, this.buttons.loop, this.buttons.present, this.buttons.help]),
      this.rail,
    ]);
  }

  /** Both events tell of a hand on the scrub; a script or an aid may send only one of them. */
  scrubbed() {
    if (this.pulled) this.scrub.value = String(this.step);
    else if (Number(this.scrub.value) !== this.step) this.act("jump", Number(this.scrub.value));
  }

  /** @param {Name[]} names */
  group(...names) {
    return make("div", { class: "mp-group" }, names.map((name) => this.buttons[name]));
  }

  /** @param {Name} name */
  button(name) {
    const button = make("button", { type: "button", class: `mp-button mp-icon mp-${name}`, "data-testid": name, onclick: () => this.act(name) });
    button.append(icon(SHAPES[name]));
    return button;
  }

  /**
   * @param {string} testid
   * @param {[value: string | number, text: string][]} options
   * @param {(value: string) => void} onChoice
   */
  select(testid, options, onChoice) {
    const select = make("select", { class: "mp-select", "data-testid": testid, onchange: () => onChoice(select.value) });
    select.append(...options.map(([value, text]) => make("option", { value, text })));
    if (testid === "speed") select.value = "1";
    return select;
  }

  /** A pointer pulls the knob to the event nearest to it, where that lies on the timeline below. */
  listen() {
    /** @param {PointerEvent} event */
    const pull = (event) => {
      const { left, width } = this.scrub.getBoundingClientRect();
      const place = Math.max(0, Math.min(1, (event.clientX - left) / width));
      const step = this.places ? nearestStep(this.places, place) : Math.round(place * Number(this.scrub.max));
      if (step !== this.step) this.act("jump", step);
    };
    this.scrub.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.pulled = true;
      event.preventDefault();
      this.scrub.focus();
      this.scrub.setPointerCapture(event.pointerId);
      pull(event);
    });
    this.scrub.addEventListener("pointermove", (event) => { if (this.pulled) pull(event); });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) this.scrub.addEventListener(end, () => { this.pulled = false; });
  }

  /**
   * Lay the scrub along a timeline, so that its knob stands above the playhead.
   *
   * @param {Float64Array} places of the events, 0 to 1
   * @param {number} left pixels that the timeline begins at
   * @param {number} right pixels that it ends before
   */
  along(places, left, right) {
    this.places = places;
    this.rail.style.setProperty("--mp-left", `${left}px`);
    this.rail.style.setProperty("--mp-right", `${right}px`);
    this.knob();
  }

  /** Put the knob where the step lies. */
  knob() {
    const step = this.step ?? 0;
    const place = this.places ? this.places[step] : step / Math.max(1, Number(this.scrub.max));
    this.rail.style.setProperty("--mp-done", `${100 * place}%`);
  }

  /** @param {Course} course */
  load(course) {
    this.places = null;
    for (const name of NAMES) label(this.buttons[name], say(`do_${name.replace("-", "_")}`));
    label(this.scrub, say("scrub"));
    label(this.speed, say("speed"));
    label(this.pace, say("pace"));
    setText(this.pace.options[0], say("by_event"));
    setText(this.pace.options[1], say("by_time"));
    this.element.setAttribute("aria-label", say("controls"));
    this.scrub.max = String(course.steps - 1);
    this.step = null; // the same step of another user reads differently
    this.pace.hidden = course.ordinal;
    this.buttons.idle.hidden = course.ordinal;
    this.buttons.markers.hidden = !course.markers.length;
    const { play, "step-back": back, "step-forward": forward, "previous-change": previous, "next-change": next } = this.buttons;
    for (const button of [previous, next]) button.disabled = !course.changes.length;
    for (const button of [play, back, forward]) button.disabled = course.steps < 2;
  }

  /**
   * Show the playhead's step and whether it moves.
   *
   * @param {Replay} replay
   * @param {number} step
   * @param {boolean} playing
   */
  draw(replay, step, playing) {
    if (step !== this.step) this.drawStep(replay, step);
    this.drawPlaying(playing);
  }

  /** @param {boolean} playing */
  drawPlaying(playing) {
    if (playing === this.playing) return;
    this.playing = playing;
    this.buttons.play.querySelector("path")?.setAttribute("d", SHAPES[playing ? "pause" : "play"]);
    label(this.buttons.play, say(playing ? "do_pause" : "do_play"));
  }

  /**
   * @param {Replay} replay
   * @param {number} step
   */
  drawStep(replay, step) {
    this.step = step;
    this.scrub.value = String(step);
    this.knob();
    setText(this.place, say("place", { n: number(step + 1), steps: number(replay.steps) }));
    const when = replay.ordinal ? "" : date(replay.time[step], true);
    setText(this.when, when);
    this.scrub.setAttribute("aria-valuetext", `${this.place.textContent} ${when}`);
  }

  /**
   * Other words for a button.
   *
   * @param {Name} name
   * @param {string} text
   */
  relabel(name, text) {
    label(this.buttons[name], text);
  }

  /**
   * Show a moment in words instead of an event.
   *
   * @param {number} step
   * @param {string} text
   * @param {boolean} playing
   */
  drawMoment(step, text, playing) {
    this.drawPlaying(playing);
    if (step === this.step) return;
    this.step = step;
    this.scrub.value = String(step);
    this.knob();
    setText(this.place, text);
    this.scrub.setAttribute("aria-valuetext", text);
  }

  /**
   * @param {Name} name
   * @param {boolean} pressed
   */
  press(name, pressed) {
    this.buttons[name].setAttribute("aria-pressed", String(pressed));
  }

  /**
   * Say how much time a second of playing takes, where that is steady.
   *
   * @param {number} milliseconds
   */
  hint(milliseconds) {
    this.pace.title = milliseconds > 0 ? say("pace_hint", { span: span(milliseconds) }) : "";
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function label(element, text) {
  element.setAttribute("aria-label", text);
  element.title = text;
}

/** @param {string} path */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  drawing.append(shape);
  return drawing;
}
