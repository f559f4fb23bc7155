// Notes of readers: pins on the timeline, and the text of those on the event shown.

/** @import { Note, Pen, Replay, TimelineScene } from "./types.js" */

import { make, setText } from "./dom.js";
import { line } from "./lanes.js";
import { number, say } from "./words.js";

/**
 * Pins over the events that have a note.
 *
 * @param {Pen} context
 * @param {TimelineScene} scene
 */
export function paintPins(context, { shape, places, replay, theme }) {
  context.strokeStyle = theme.muted;
  context.fillStyle = theme.text;
  context.lineWidth = 1;
  context.setLineDash([1, 3]);
  for (const step of new Set(replay.notes.map((note) => note.step))) {
    const x = shape.x(places[step]);
    line(context, x, 12, x, shape.lanes.y);
    context.beginPath();
    context.roundRect(x - 6, 1, 12, 9, 2.5);
    context.moveTo(x - 2.5, 9);
    context.lineTo(x, 13);
    context.lineTo(x + 2.5, 9);
    context.fill();
  }
  context.setLineDash([]);
}

/** The line under the timeline: what was noted on the event shown, and ways to the other notes. */
export class NoteLine {
  /** @type {Note[]} */
  notes = [];
  step = 0;

  /**
   * `onGo(step)` hears which note to go to.
   *
   * @param {(step: number) => void} onGo
   */
  constructor(onGo) {
    this.onGo = onGo;
    this.text = make("p", { class: "mp-noted", "data-testid": "note", "aria-live": "polite" });
    this.back = this.button("previous-note", "‹", () => this.go(-1));
    this.on = this.button("next-note", "›", () => this.go(1));
    this.element = make("div", { class: "mp-notes", hidden: true, role: "group" }, [this.back, this.on, this.text]);
  }

  /**
   * @param {string} testid
   * @param {string} text
   * @param {() => void} onclick
   */
  button(testid, text, onclick) {
    return make("button", { type: "button", class: "mp-button mp-icon", "data-testid": testid, text, onclick });
  }

  /** @param {Pick<Replay, "notes">} replay */
  load(replay) {
    this.notes = replay.notes;
    this.element.hidden = !this.notes.length;
    this.element.setAttribute("aria-label", say("notes"));
    for (const { button, key } of [{ button: this.back, key: "do_previous_note" }, { button: this.on, key: "do_next_note" }]) {
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
    }
  }

  /** @param {1 | -1} way */
  go(way) {
    const steps = this.notes.map(({ step }) => step);
    const target = way > 0 ? steps.find((step) => step > this.step) : steps.findLast((step) => step < this.step);
    if (target !== undefined) this.onGo(target);
  }

  /** @param {number} step */
  draw(step) {
    this.step = step;
    const here = this.notes.filter((note) => note.step === step).map(({ text }) => text);
    setText(this.text, here.join("\n") || say("notes_elsewhere", { n: number(this.notes.length) }));
    this.text.classList.toggle("mp-note", !here.length);
    this.back.disabled = !this.notes.some((note) => note.step < step);
    this.on.disabled = !this.notes.some((note) => note.step > step);
  }
}
