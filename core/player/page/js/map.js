// The map: items as a standing backdrop, over it the way of the user's state, its nearest items and change points.

/** @import { Backdrop, Colour, Hover, Lane, Marks, Pen, Replay, Spot, Theme } from "./types.js" */

import { cut, fit, make, pen, setText } from "./dom.js";
import { line, outlined } from "./lanes.js";
import { channels } from "./paint.js";
import { viewOf } from "./view.js";
import { say } from "./words.js";

const TRAIL = 60; // steps after which the trail has faded
const LABELS = 5;

/** @typedef {Pick<Backdrop, "categories" | "category" | "xy">} Ground what lies behind */
/** @typedef {{ replay: Replay, lanes: Lane[], of: Int16Array, theme: Theme }} MapScene */

export class InterestMap {
  /** @type {MapScene} */
  scene;
  ratio = 1; // pixels of a canvas in one of CSS
  scale = 1; // how many times larger all is drawn
  width = 1;
  height = 1;
  /** @type {(x: number) => number} */
  x;
  /** @type {(y: number) => number} */
  y;

  /** @param {{ onHover: Hover }} heard */
  constructor({ onHover }) {
    this.under = make("canvas", { class: "mp-canvas" });
    this.over = make("canvas", { class: "mp-canvas mp-over" });
    this.zoom = make("button", { type: "button", class: "mp-button mp-zoom", "data-testid": "zoom", onclick: () => this.onZoom() });
    this.box = make("div", { class: "mp-map-box", "data-testid": "map", role: "img" }, [this.under, this.over]);
    this.title = make("h2", { class: "mp-heading" });
    this.element = make("section", { class: "mp-panel mp-map" }, [make("div", { class: "mp-panel-head" }, [this.title, this.zoom]), this.box]);
    this.close = false;
    this.onZoom = () => {};
    this.box.addEventListener("pointermove", (event) => onHover(this.nearestEvent(event), event));
    this.box.addEventListener("pointerleave", (event) => onHover(null, event));
  }

  /**
   * Paint the backdrop for the box's present size. `backdrop` may be null: then the user's own items are the ground.
   *
   * @param {Replay} replay
   * @param {Backdrop | null} backdrop
   * @param {{ lanes: Lane[], of: Int16Array }} lanes
   * @param {Theme} theme
   */
  paint(replay, backdrop, { lanes, of }, theme) {
    this.scene = { replay, lanes, of, theme };
    const own = { xy: replay.item_xy, category: replay.item_category, categories: replay.categories };
    this.paintGround(backdrop ?? own, replay.xy, backdrop !== null, theme, ["map", "map_hint"]);
  }

  /**
   * Fit the canvases to their box, choose what part of the map is shown, and paint what lies behind.
   *
   * @param {Ground} points
   * @param {Float32Array} own places of whom the map is about: all that is shown from close by
   * @param {boolean} wide whether the points count for what is shown
   * @param {Theme} theme
   * @param {[title: string, hint: string]} texts their keys
   */
  paintGround(points, own, wide, theme, [title, hint]) {
    this.width = this.box.clientWidth / this.scale;
    this.height = this.box.clientHeight / this.scale;
    this.ratio = fit(this.under, this.width, this.height, this.scale);
    fit(this.over, this.width, this.height, this.scale);
    const sources = wide && !this.close ? [own, points.xy] : [own];
    Object.assign(this, viewOf(sources, this.width, this.height, this.close ? 0.78 : 0.92));
    this.paintPoints(points, theme);
    setText(this.title, say(title));
    this.title.title = say(hint);
    setText(this.zoom, say(this.close ? "zoom_all" : "zoom_user"));
  }

  /**
   * Points are written into pixels by hand: a hundred thousand take milliseconds, and only once.
   *
   * @param {Ground} points
   * @param {Theme} theme
   */
  paintPoints({ xy, category, categories }, theme) {
    const context = pen(this.under);
    const { width, height } = this.under;
    const image = context.createImageData(width, height);
    const colours = categories.map((name) => channels(theme.category(name)));
    const none = channels(theme.other);
    const count = xy.length / 2;
    const side = Math.max(2, Math.round(this.ratio * (count > 30000 ? 1.5 : count > 3000 ? 2 : 3)));
    for (let point = 0; point < count; point += 1) {
      const left = Math.round(this.x(xy[2 * point]) * this.ratio - side / 2);
      const top = Math.round(this.y(xy[2 * point + 1]) * this.ratio - side / 2);
      dot(image, left, top, side, colours[category[point]] ?? none, count > 3000 ? (theme.dark ? 105 : 90) : 150);
    }
    context.putImageData(image, 0, 0);
  }

  /**
   * Draw a moment: the trail up to the playhead, the state, its nearest items; `marks` as in the timeline.
   *
   * @param {number} position
   * @param {number} step
   * @param {Marks} marks
   */
  draw(position, step, marks) {
    const context = pen(this.over);
    context.clearRect(0, 0, this.width, this.height);
    const head = this.headAt(position, step);
    this.drawTrail(context, step, head);
    this.drawNumbers(context, step, marks);
    this.drawNearest(context, step, head);
    this.drawHead(context, step, head);
  }

  /**
   * @param {number} position
   * @param {number} step
   * @returns {Spot}
   */
  headAt(position, step) {
    const { xy, steps } = this.scene.replay;
    const next = Math.min(step + 1, steps - 1);
    const way = Math.max(0, position - step);
    const [x, y] = [0, 1].map((axis) => xy[2 * step + axis] + (xy[2 * next + axis] - xy[2 * step + axis]) * way);
    return [this.x(x), this.y(y)];
  }

  /**
   * @param {Pen} context
   * @param {number} step
   * @param {Spot} head
   */
  drawTrail(context, step, head) {
    const { replay, lanes, of } = this.scene;
    context.lineCap = "round";
    let [x, y] = head;
    for (let back = 0; back <= TRAIL && step - back >= 0; back += 1) {
      const from = step - back;
      const [px, py] = [this.x(replay.xy[2 * from]), this.y(replay.xy[2 * from + 1])];
      context.globalAlpha = 0.95 * (1 - back / (TRAIL + 1)) ** 1.4;
      context.strokeStyle = lanes[of[from]].colour;
      context.fillStyle = lanes[of[from]].colour;
      context.lineWidth = 0.8 + 2.6 * (1 - back / TRAIL);
      line(context, x, y, px, py);
      context.fillRect(px - 2, py - 2, 4, 4);
      [x, y] = [px, py];
    }
    context.globalAlpha = 1;
  }

  /**
   * Change points that have passed, and steps marked for before and after.
   *
   * @param {Pen} context
   * @param {number} step
   * @param {Marks} marks
   */
  drawNumbers(context, step, marks) {
    const { replay, theme } = this.scene;
    /** @type {[string, number][]} */
    const signs = replay.changes.filter(({ event }) => event <= step).map(({ event }, index) => [String(index + 1), event]);
    for (const [name, marked] of Object.entries(marks)) if (marked !== null) signs.push([name, marked]);
    context.font = `bold 10px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [name, event] of signs) {
      const [x, y] = [this.x(replay.xy[2 * event]), this.y(replay.xy[2 * event + 1])];
      context.beginPath();
      context.arc(x, y, 8, 0, 2 * Math.PI);
      context.fillStyle = theme.primary;
      context.fill();
      context.fillStyle = theme.dark ? "#10131a" : "#ffffff";
      context.fillText(cut(context, name, 14), x, y + 0.5);
    }
    context.textAlign = "left";
  }

  /**
   * @param {Pen} context
   * @param {number} step
   * @param {Spot} head
   */
  drawNearest(context, step, [x, y]) {
    const { replay, theme } = this.scene;
    const most = replay.shapes.near_item[1];
    const found = [...replay.near_item.subarray(step * most, step * most + Math.min(most, LABELS))].filter((item) => item >= 0);
    const spots = found.map((item) => ({ item, x: this.x(replay.item_xy[2 * item]), y: this.y(replay.item_xy[2 * item + 1]) }))
      .filter((spot) => Number.isFinite(spot.x));
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    for (const spot of spots) line(context, x, y, spot.x, spot.y);
    context.setLineDash([]);
    this.labelSpots(context, spots, x);
  }

  /**
   * Titles in a column beside the spots and the state, each with a line to its own: so nothing overlaps.
   *
   * @param {Pen} context
   * @param {{ item: number, x: number, y: number }[]} spots
   * @param {number} head
   */
  labelSpots(context, spots, head) {
    if (!spots.length) return;
    const { replay, theme } = this.scene;
    const places = [head, ...spots.map(({ x }) => x)];
    context.font = `12px ${theme.font}`;
    context.textBaseline = "middle";
    const texts = spots.map(({ item }) => cut(context, replay.titles[item], Math.min(200, this.width * 0.4)));
    const width = Math.max(...texts.map((text) => context.measureText(text).width));
    const [first, last] = [Math.min(...places), Math.max(...places)];
    const toRight = last + 34 + width < this.width;
    const column = toRight ? last + 30 : Math.max(4, first - 30 - width);
    const order = spots.map((_, index) => index).sort((a, b) => spots[a].y - spots[b].y);
    const middle = order.reduce((sum, index) => sum + spots[index].y, 0) / order.length;
    const top = Math.max(10, Math.min(this.height - 15 * order.length, middle - 7.5 * (order.length - 1)));
    order.forEach((index, row) => {
      const { x, y } = spots[index];
      const at = top + 15 * row;
      context.lineWidth = 0.7;
      line(context, x, y, toRight ? column - 3 : column + width + 3, at);
      context.fillStyle = theme.text;
      context.fillRect(x - 2.5, y - 2.5, 5, 5);
      outlined(context, texts[index], toRight ? column : column + width - context.measureText(texts[index]).width, at, theme);
      context.strokeStyle = theme.muted;
    });
  }

  /**
   * @param {Pen} context
   * @param {number} step
   * @param {Spot} head
   */
  drawHead(context, step, [x, y]) {
    const { lanes, of, theme } = this.scene;
    context.beginPath();
    context.arc(x, y, 13, 0, 2 * Math.PI);
    context.globalAlpha = 0.22;
    context.fillStyle = lanes[of[step]].colour;
    context.fill();
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, 6.5, 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = theme.text;
    context.stroke();
  }

  /**
   * The step whose state lies under the pointer, else null.
   *
   * @param {PointerEvent} event
   */
  nearestEvent(event) {
    if (!this.scene) return null;
    const { xy, steps } = this.scene.replay;
    const box = this.box.getBoundingClientRect();
    const [px, py] = [(event.clientX - box.left) / this.scale, (event.clientY - box.top) / this.scale];
    let best = 144; // within 12 pixels
    /** @type {number | null} */
    let nearest = null;
    for (let step = 0; step < steps; step += 1) {
      const away = (this.x(xy[2 * step]) - px) ** 2 + (this.y(xy[2 * step + 1]) - py) ** 2;
      if (away < best) [best, nearest] = [away, step];
    }
    return nearest;
  }
}

/**
 * A square of one colour; where points overlap it grows denser.
 *
 * @param {ImageData} image
 * @param {number} left
 * @param {number} top
 * @param {number} side
 * @param {Colour} colour
 * @param {number} alpha of 255
 */
function dot({ data, width, height }, left, top, side, [red, green, blue], alpha) {
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y += 1) {
    for (let x = Math.max(0, left); x < Math.min(width, left + side); x += 1) {
      const at = 4 * (y * width + x);
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = Math.min(215, data[at + 3] + alpha);
    }
  }
}
