// The timeline: a faint canvas of the whole history, over it a canvas of what has happened, arcs and the playhead.

/** @import { Axis, Highlight, Hover, Lanes, Look, Marks, Pen, Replay, Sign, Theme, TimelineScene } from "./types.js" */

import { nearestStep, placeAt, placeOfTime } from "./axis.js";
import { paintArcs } from "./attention.js";
import { cut, fit, make, pen } from "./dom.js";
import { line, outlined, paintChanges, paintFolds, paintLanes, paintNames, paintTicks } from "./lanes.js";
import { layOut } from "./layout.js";
import { namesUnder, paintSigns, ROW, signsOf } from "./markers.js";
import { paintPins } from "./notes.js";
import { paintStream } from "./stream.js";

export class Timeline {
  /** @type {TimelineScene} */
  scene;
  /** @type {Highlight | undefined} */
  highlight;
  ratio = 1; // pixels of a canvas in one of CSS
  zoom = 1; // how many times larger all is drawn
  compact = false; // no arcs, and less height for each part
  signed = true; // markers are drawn
  /** @type {Sign[]} */
  signs = [];

  /**
   * `onScrub(step, resting)` hears where the pointer drags; `onHover(step, event, names)` where it points, null if
   * nowhere, and the names of markers there.
   *
   * @param {{ onScrub: (step: number) => void, onHover: Hover }} heard
   */
  constructor({ onScrub, onHover }) {
    this.under = make("canvas", { class: "mp-canvas" });
    this.over = make("canvas", { class: "mp-canvas mp-over" });
    this.past = new OffscreenCanvas(1, 1); // the strong version, of which the part behind the playhead is shown
    this.element = make("div", { class: "mp-timeline", "data-testid": "timeline", role: "img" }, [this.under, this.over]);
    this.listen(onScrub, onHover);
  }

  /**
   * @param {(step: number) => void} onScrub
   * @param {Hover} onHover
   */
  listen(onScrub, onHover) {
    let dragging = false;
    /** @type {(event: PointerEvent) => number} */
    const stepOf = (event) => nearestStep(this.scene.places, this.placeUnder(event));
    const end = () => { dragging = false; };
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.scene) return;
      dragging = true;
      this.element.setPointerCapture(event.pointerId);
      onScrub(stepOf(event));
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!this.scene) return;
      if (dragging) onScrub(stepOf(event));
      onHover(event.pointerType === "touch" ? null : stepOf(event), event, this.namesUnder(event));
    });
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
    this.element.addEventListener("pointerleave", (event) => onHover(null, event));
  }

  /** @param {PointerEvent} event */
  placeUnder(event) {
    const { shape } = this.scene;
    const x = (event.clientX - this.element.getBoundingClientRect().left) / this.zoom;
    return Math.max(0, Math.min(1, (x - shape.left) / (shape.right - shape.left)));
  }

  /** @param {PointerEvent} event */
  namesUnder(event) {
    const { left, top } = this.element.getBoundingClientRect();
    return namesUnder(this.signs, (event.clientX - left) / this.zoom, (event.clientY - top) / this.zoom >= this.scene.shape.signs.y);
  }

  /**
   * Paint what stands still, for a replay, its lanes, an axis and a width in CSS pixels.
   *
   * @param {Replay} replay
   * @param {Lanes} drawn
   * @param {Axis} axis
   * @param {Theme} theme
   * @param {number} width
   */
  paint(replay, { lanes, of, rows }, axis, theme, width) {
    const [time, last] = [replay.time, replay.steps - 1];
    const within = this.signed && !replay.ordinal && replay.markers.some(({ start, end }) => start <= time[last] && end >= time[0]);
    const shape = layOut(width / this.zoom, rows, replay.categories.length > 0 && last > 0, this.compact, within ? ROW : 0);
    const x = (/** @type {number} */ moment) => shape.x(placeOfTime(axis.places, time, moment));
    this.signs = within ? signsOf(replay.markers, [time[0], time[last]], x, shape.right) : [];
    this.scene = { replay, lanes, of, axis, places: axis.places, theme, shape };
    this.element.style.height = `${shape.height * this.zoom}px`;
    this.ratio = fit(this.under, shape.width, shape.height, this.zoom);
    fit(this.over, shape.width, shape.height, this.zoom);
    fit(this.past, shape.width, shape.height, this.zoom);
    this.paintInto(pen(this.under), false);
    this.paintInto(pen(this.past), true);
  }

  /**
   * @param {Pen} context
   * @param {boolean} strong
   */
  paintInto(context, strong) {
    const { shape } = this.scene;
    context.clearRect(0, 0, shape.width, shape.height);
    paintLanes(context, this.scene, strong);
    paintStream(context, this.scene, strong);
    if (strong) return;
    paintFolds(context, this.scene);
    paintSigns(context, this.signs, { top: shape.lanes.y, row: shape.signs.y }, this.scene.theme);
    paintChanges(context, this.scene);
    paintNames(context, this.scene);
    paintTicks(context, this.scene);
    paintPins(context, this.scene);
  }

  /**
   * Draw a moment: position of the playhead, events looked back on, steps marked for before and after.
   *
   * @param {number} position
   * @param {number} step
   * @param {Look[]} found
   * @param {Marks} marks
   */
  draw(position, step, found, marks) {
    const { shape, places, theme } = this.scene;
    const context = pen(this.over);
    const place = placeAt(places, position);
    context.clearRect(0, 0, shape.width, shape.height);
    this.showPast(context, shape.x(place));
    this.drawMarks(context, marks);
    paintArcs(context, this.scene, found, placeAt(places, step));
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    line(context, shape.x(place), shape.arcs.h - 2, shape.x(place), shape.stream.y + shape.stream.h);
    this.drawHighlight(context, step);
    this.drawEvent(context, step);
  }

  /**
   * Rings around the events behind an answer, while the step that it is about is shown.
   *
   * @param {Pen} context
   * @param {number} step
   */
  drawHighlight(context, step) {
    const { shape, places, lanes, of, theme } = this.scene;
    if (this.highlight?.step !== step) return;
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    for (const event of this.highlight.events) {
      const y = shape.lanes.y + (lanes[of[event]].row + 0.5) * shape.row;
      context.beginPath();
      context.arc(shape.x(places[event]), y, 9, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  /**
   * @param {Pen} context
   * @param {number} x
   */
  showPast(context, x) {
    const { shape } = this.scene;
    const width = x + 1 - shape.left + 8;
    const top = shape.lanes.y;
    const height = shape.stream.y + shape.stream.h - top;
    const ratio = this.ratio;
    context.drawImage(
      this.past, (shape.left - 8) * ratio, top * ratio, width * ratio, height * ratio, shape.left - 8, top, width, height,
    );
  }

  /**
   * @param {Pen} context
   * @param {number} step
   */
  drawEvent(context, step) {
    const { shape, places, lanes, of, theme } = this.scene;
    const [x, y] = [shape.x(places[step]), shape.lanes.y + (lanes[of[step]].row + 0.5) * shape.row];
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.fillStyle = lanes[of[step]].colour;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    context.stroke();
  }

  /**
   * @param {Pen} context
   * @param {Marks} marks
   */
  drawMarks(context, marks) {
    const { shape, places, theme } = this.scene;
    context.font = `bold 11px ${theme.font}`;
    context.textBaseline = "top";
    for (const [name, step] of Object.entries(marks)) {
      if (step === null) continue;
      const x = shape.x(places[step]);
      context.strokeStyle = theme.muted;
      context.lineWidth = 1;
      line(context, x, 2, x, shape.stream.y + shape.stream.h);
      outlined(context, cut(context, name, 40), x + 3, 2, theme);
    }
  }
}
