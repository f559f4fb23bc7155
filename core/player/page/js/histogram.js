// The histogram of a column of numbers or times, with a brush: by pointer, or by two sliders that only keys move.

/** @import { Column, ColumnArray, Filter, Theme } from "./types.js" */
/** @typedef {import("./bins.js").Grab} Grab */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */

import { alongOf, brushed, grabbed, snapped } from "./bins.js";
import { fit, make, pen, setText } from "./dom.js";
import { Linked } from "./linked.js";
import { date, number, say } from "./words.js";

const HIGH = 54;
const REACH = 6; // pixels within which an end of the brush is taken hold of

export class Histogram extends Linked {
  /** @type {Grab | null} */
  grab = null;
  width = 0;
  left = 0; // of the box on the screen
  pulled = false;

  /**
   * @param {Column} column
   * @param {ColumnArray} values
   * @param {Crossfilter} cross
   * @param {number} bit
   * @param {() => void} changed
   */
  constructor(column, values, cross, bit, changed) {
    super(column, cross, bit, changed);
    this.along = alongOf(column, values);
    this.tally = cross.tally(bit, this.along.bin, this.along.bins);
    this.canvas = make("canvas", { class: "mp-hist-bars", "aria-hidden": "true" });
    this.ends = [this.end("atlas_from", 0), this.end("atlas_to", 1)];
    this.box = make("div", { class: "mp-hist-box" }, [this.canvas, ...this.ends]);
    const [low, high] = [0, 1].map((at) => make("span", { text: this.word(at) }));
    const middle = make("span", { text: this.along.log ? this.word(0.5) : "" });
    this.element.append(this.box, make("div", { class: "mp-hist-axis mp-number", "aria-hidden": "true" }, [low, middle, high]));
    this.box.addEventListener("pointerdown", (event) => this.down(event));
    this.box.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) this.box.addEventListener(name, () => this.up());
    this.follow();
  }

  /**
   * A slider for one end of the brush.
   *
   * @param {string} text
   * @param {0 | 1} side
   */
  end(text, side) {
    return make("input", {
      type: "range", class: "mp-hist-end", min: 0, max: this.along.bins, step: 1, "aria-label": say(text, { name: this.column.name }),
      "data-testid": `hist-end-${side}`, oninput: () => this.slid(side),
    });
  }

  /** @returns {[number, number] | null} */
  get brush() {
    return this.filter && "ends" in this.filter ? this.filter.ends : null;
  }

  /**
   * @override
   * @param {Filter} filter
   */
  keep(filter) {
    if ("ends" in filter) this.cross.range(this.bit, this.along.place, filter.ends);
  }

  /**
   * A new filter, also where sliders and words have to follow it.
   *
   * @override
   * @param {Filter | null} filter
   */
  set(filter) {
    const whole = filter && "ends" in filter && this.along.whole;
    super.set(whole ? { ends: snapped(filter.ends, this.along.bins) } : filter);
    this.follow();
  }

  follow() {
    const [low, high] = this.brush ?? [0, 1];
    const [from, to] = this.along.whole ? [low + 0.5 / this.along.bins, high - 0.5 / this.along.bins] : [low, high];
    setText(this.note, !this.brush ? "" : from === to ? this.word(from) : `${this.word(from)} – ${this.word(to)}`);
    [low, high].forEach((place, side) => {
      this.ends[side].value = String(Math.round(place * this.along.bins));
      this.ends[side].setAttribute("aria-valuetext", this.word(place));
    });
  }

  /**
   * What lies at a place of the axis, in words.
   *
   * @param {number} place
   */
  word(place) {
    const value = this.along.valueAt(place);
    if (this.column.kind === "time") return date(value);
    const [low, high] = this.column.range ?? [0, 1];
    const digits = this.along.whole || high - low >= 20 ? 0 : high - low >= 2 ? 1 : 2;
    return number(Math.max(low, Math.min(high, value)), digits);
  }

  /** @param {0 | 1} side an end that keys have moved */
  slid(side) {
    const places = this.ends.map((end) => Number(end.value) / this.along.bins);
    if (places[0] > places[1]) places[1 - side] = places[side];
    this.set(places[0] <= 0 && places[1] >= 1 ? null : { ends: [places[0], places[1]] });
  }

  /** @param {PointerEvent} event */
  place(event) {
    return (event.clientX - this.left) / Math.max(1, this.width);
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.left = this.box.getBoundingClientRect().left; // once a pull: each look would cost a layout
    this.box.setPointerCapture(event.pointerId);
    this.grab = grabbed(this.brush, this.place(event), REACH / Math.max(1, this.width));
    this.pulled = false;
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (!this.grab) return;
    const at = this.place(event);
    if (!this.pulled && Math.abs(at - this.grab.from) * this.width < 3) return;
    this.pulled = true;
    this.set({ ends: brushed(this.grab, at) });
  }

  /** A press without a pull takes the brush away. */
  up() {
    if (this.grab && !this.pulled) this.set(null);
    this.grab = null;
  }

  /** @override */
  measure() {
    this.width = this.box.clientWidth;
  }

  /**
   * @override
   * @param {Theme} theme
   */
  draw(theme) {
    fit(this.canvas, this.width, HIGH);
    const context = pen(this.canvas);
    const { whole, counts } = this.tally;
    const { bins } = this.along;
    const most = Math.max(1, ...whole.subarray(0, bins));
    const [low, high] = this.brush ?? [0, 1];
    context.clearRect(0, 0, this.width, HIGH);
    if (this.brush) {
      context.globalAlpha = 0.14;
      context.fillStyle = theme.primary;
      context.fillRect(low * this.width, 0, Math.max(1, (high - low) * this.width), HIGH);
      context.globalAlpha = 1;
    }
    const inside = (/** @type {number} */ bin) => (bin + 1) / bins > low && bin / bins < high;
    this.bars(whole, most, theme.line, () => true);
    if (this.brush) this.bars(counts, most, faint(theme), (bin) => !inside(bin));
    this.bars(counts, most, theme.primary, inside);
    context.fillStyle = theme.text;
    if (this.brush) for (const place of this.brush) context.fillRect(Math.min(this.width - 2, Math.max(0, place * this.width - 1)), 0, 2, HIGH);
  }

  /**
   * Some of the bars, in one colour and one go.
   *
   * @param {Int32Array} heights
   * @param {number} most
   * @param {string} colour
   * @param {(bin: number) => boolean} wanted
   */
  bars(heights, most, colour, wanted) {
    const context = pen(this.canvas);
    const wide = this.width / this.along.bins;
    context.fillStyle = colour;
    context.beginPath();
    for (let bin = 0; bin < this.along.bins; bin += 1) {
      if (!heights[bin] || !wanted(bin)) continue;
      const tall = Math.max(1, (heights[bin] / most) * (HIGH - 2));
      context.rect(bin * wide, HIGH - tall, Math.max(1, wide - 1), tall);
    }
    context.fill();
  }
}

/**
 * The colour of what passes all other filters but lies beside the brush.
 *
 * @param {Theme} theme
 */
function faint({ primary, background }) {
  return `color-mix(in srgb, ${primary} 45%, ${background})`;
}
