// The atlas: up to a hundred thousand points, painted into pixels by hand, with lasso, zoom, legend and titles.

/** @import { AtlasData, Component, Points, ScaledPalette, Shades, Spot, Theme } from "./types.js" */

import { fit, make, pen, setText } from "./dom.js";
import { Legend, shadesOf } from "./legend.js";
import { onThemeChange, readTheme } from "./paint.js";
import { unpack } from "./payload.js";
import { Plane } from "./plane.js";
import { whenHere } from "./store.js";
import { Tip } from "./tip.js";
import { number, say, speak } from "./words.js";

/** @type {WeakMap<HTMLElement, Atlas>} */
const MOUNTED = new WeakMap();
const NEAR = 9; // pixels within which a point is under the pointer

/**
 * @param {Component<AtlasData>} call
 * @returns {() => void}
 */
export default function mount({ data, parentElement, setStateValue }) {
  const atlas = MOUNTED.get(parentElement) ?? new Atlas(parentElement);
  MOUNTED.set(parentElement, atlas);
  atlas.tell = (rows) => setStateValue("picked", { points: data.points, rows });
  follow(atlas, data);
  return () => {
    MOUNTED.delete(parentElement);
    atlas.destroy();
  };
}

/**
 * @param {Atlas} atlas
 * @param {AtlasData} data
 */
async function follow(atlas, data) {
  const wanted = JSON.stringify([data.points, data.texts.lang]);
  if (atlas.wanted === wanted) return;
  atlas.wanted = wanted;
  const bytes = await whenHere(data.points);
  if (atlas.wanted !== wanted) return; // other points were asked for meanwhile
  speak(data.texts);
  atlas.load(unpack(bytes), data);
}

/** @typedef {"lasso" | "move"} Mode whether the pointer picks points or moves the map */
/** @typedef {{ path: Spot[], moving: boolean }} Drag */

class Atlas {
  // What the points bring: nothing is drawn before them.
  /** @type {Points} */
  points;
  /** @type {ScaledPalette} */
  palette;
  by = "";
  /** @type {Theme} */
  theme;
  /** @type {Shades} */
  shades;
  // What the reader does.
  /** @type {Mode} */
  mode = "lasso";
  /** @type {Set<number> | null} */
  picked = null;
  /** @type {Drag | null} */
  drag = null;
  // What was painted last, and is to be painted next.
  width = 0;
  height = 0;
  ratio = 1;
  frames = 0;
  /** @type {number | null} */
  request = null;
  wanted = ""; // which points and words it was told to show
  /** @type {(rows: number[]) => void} */
  tell = () => {};

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.under = make("canvas", { class: "mp-canvas" });
    this.over = make("canvas", { class: "mp-canvas mp-over" });
    this.box = make("div", { class: "mp-atlas-box", "data-testid": "atlas-map", role: "application", tabindex: 0 }, [this.under, this.over]);
    this.modes = { lasso: this.button("atlas-lasso", () => this.choose("lasso")), move: this.button("atlas-move", () => this.choose("move")) };
    this.bigger = this.button("atlas-in", () => this.zoom(1.5));
    this.smaller = this.button("atlas-out", () => this.zoom(1 / 1.5));
    this.whole = this.button("atlas-whole", () => { this.plane.whole(); this.paint(); });
    this.clear = this.button("atlas-clear", () => this.pick([]));
    this.count = make("span", { class: "mp-note", "data-testid": "atlas-count", "aria-live": "polite" });
    this.legend = new Legend();
    this.tip = new Tip();
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    const tools = make("div", { class: "mp-controls", role: "group" }, [
      make("div", { class: "mp-group" }, Object.values(this.modes)),
      make("div", { class: "mp-group" }, [this.smaller, this.bigger, this.whole]), this.clear, this.count,
    ]);
    this.root = make("div", { class: "meander-player", "data-testid": "atlas", role: "region", "data-frames": 0 }, [
      tools, this.box, this.legend.element, this.tip.element, this.probe,
    ]);
    parent.append(this.root);
    this.plane = new Plane();
    this.quiet = this.listen();
  }

  /**
   * @param {string} testid
   * @param {() => void} onclick
   */
  button(testid, onclick) {
    return make("button", { type: "button", class: "mp-button", "data-testid": testid, onclick });
  }

  listen() {
    const { box } = this;
    box.addEventListener("pointerdown", (event) => this.down(event));
    box.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => this.up());
    box.addEventListener("pointerleave", () => this.hover(null));
    box.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    box.addEventListener("keydown", (event) => this.key(event));
    const sized = new ResizeObserver(() => { if (this.box.clientWidth !== this.width || this.box.clientHeight !== this.height) this.paint(); });
    sized.observe(box);
    const stopTheme = onThemeChange(this.probe, () => this.restyle());
    return () => { sized.disconnect(); stopTheme(); };
  }

  /**
   * @param {Points} points
   * @param {AtlasData} data
   */
  load(points, { palette, by }) {
    const same = this.points && this.points.xy.length === points.xy.length && this.points.xy.every((value, i) => value === points.xy[i]);
    Object.assign(this, { points, palette, by });
    const words = { "atlas-lasso": this.modes.lasso, "atlas-move": this.modes.move, "atlas-in": this.bigger, "atlas-out": this.smaller, "atlas-whole": this.whole, "atlas-clear": this.clear };
    for (const [name, button] of Object.entries(words)) setText(button, say(name.replace("-", "_")));
    this.box.setAttribute("aria-label", say("atlas_map", { points: number(points.xy.length / 2) }));
    if (!same) {
      this.picked = null;
      this.plane.frame(points.xy);
    }
    this.choose(this.mode);
    this.restyle();
  }

  /** New colours, by theme or by what they stand for. */
  restyle() {
    if (!this.points) return;
    this.theme = readTheme(this.root, this.palette);
    this.root.classList.toggle("mp-dark", this.theme.dark);
    this.shades = shadesOf(this.points, this.theme, this.palette);
    this.legend.draw(this.points, this.shades, this.theme, this.by);
    this.paint();
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.mode = mode;
    for (const [name, button] of Object.entries(this.modes)) button.setAttribute("aria-pressed", String(name === mode));
    this.box.style.cursor = mode === "lasso" ? "crosshair" : "grab";
  }

  /** Paint all points at the next frame. */
  paint() {
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      if (!this.points || !this.box.clientWidth) return;
      [this.width, this.height] = [this.box.clientWidth, this.box.clientHeight];
      this.ratio = fit(this.under, this.width, this.height);
      fit(this.over, this.width, this.height);
      this.plane.size(this.width, this.height);
      this.plane.paint(this.under, this.ratio, this.points, this.shades, this.picked);
      this.drawLasso();
      this.root.dataset.frames = String(this.frames += 1);
      const count = this.picked?.size ?? 0;
      this.clear.hidden = !count;
      setText(this.count, count ? say("atlas_picked", { n: number(count) }) : "");
    });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Spot}
   */
  place(event) {
    const box = this.box.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button !== 0 || !this.points) return;
    this.box.setPointerCapture(event.pointerId);
    this.hover(null);
    this.drag = { path: [this.place(event)], moving: this.mode === "move" || event.shiftKey };
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (!this.points) return;
    const at = this.place(event);
    if (!this.drag) this.hover(at);
    else this.dragged(this.drag, at);
  }

  /**
   * Move the map along, or draw the lasso on.
   *
   * @param {Drag} drag
   * @param {Spot} at
   */
  dragged({ path, moving }, at) {
    if (moving) {
      const [x, y] = path[path.length - 1];
      this.plane.pan(at[0] - x, at[1] - y);
      path[0] = at;
      this.paint();
    } else {
      path.push(at);
      this.drawLasso();
    }
  }

  up() {
    const drag = this.drag;
    this.drag = null;
    this.drawLasso();
    if (!drag || drag.moving || drag.path.length < 3) return;
    const found = this.plane.inside(this.points.xy, drag.path);
    if (found.length) this.pick(found);
  }

  /** @param {number[]} rows */
  pick(rows) {
    this.picked = rows.length ? new Set(rows) : null;
    this.paint();
    this.tell(rows);
  }

  drawLasso() {
    const context = pen(this.over);
    context.clearRect(0, 0, this.width, this.height);
    if (!this.drag || this.drag.moving) return;
    context.beginPath();
    for (const [x, y] of this.drag.path) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = this.theme.primary;
    context.globalAlpha = 0.12;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = this.theme.text;
    context.setLineDash([4, 3]);
    context.stroke();
    context.setLineDash([]);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !this.box.matches(":focus")) return; // else the page could not be scrolled past the map
    event.preventDefault();
    this.zoom(1.0015 ** -event.deltaY, ...this.place(event));
  }

  /**
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    this.plane.zoom(factor, x, y);
    this.paint();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, Spot>} */
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (Object.hasOwn(moves, event.key)) this.plane.pan(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.plane.zoom(1.3, this.width / 2, this.height / 2);
    else if (event.key === "-") this.plane.zoom(1 / 1.3, this.width / 2, this.height / 2);
    else if (event.key === "0" || event.key === "Home") this.plane.whole();
    else if (event.key === "Escape" && this.picked) this.pick([]);
    else return;
    event.preventDefault();
    this.paint();
  }

  /** @param {Spot | null} at */
  hover(at) {
    const row = at ? this.plane.nearest(this.points.xy, ...at, NEAR) : -1;
    if (!at || row < 0) return this.tip.hide();
    const [left, top] = [this.box.offsetLeft + at[0], this.box.offsetTop + at[1]];
    return this.tip.show(this.legend.tell(this.points, row), left, top, this.root.clientWidth);
  }

  destroy() {
    if (this.request) cancelAnimationFrame(this.request);
    this.quiet();
    this.root.remove();
  }
}
