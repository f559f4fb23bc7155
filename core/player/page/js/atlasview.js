// The window of the atlas: what pointer and keys do to it, whichever points it shows.

/** @import { Spot } from "./types.js" */

import { make, pen } from "./dom.js";
import { Plane } from "./plane.js";

/** @typedef {"lasso" | "move"} Mode whether the pointer picks points or moves the map */
/** @typedef {{ path: Spot[], moving: boolean, far: boolean }} Drag */
/**
 * @typedef {{ lassoed: (path: Spot[]) => void, hover: (at: Spot | null) => void, pressed: (at: Spot) => void, moved: () => void,
 *   escaped: () => boolean }} Heard
 */

const FAR = 4; // pixels that a press may slip and still be a press
const FINE = 3; // between two corners of a lasso

export class AtlasView {
  /** @type {Mode} */
  mode = "lasso";
  /** @type {Drag | null} */
  drag = null;
  ready = false;

  /** @param {Heard} heard */
  constructor(heard) {
    this.heard = heard;
    this.plane = new Plane();
    this.under = make("canvas", { class: "mp-canvas" });
    this.crowd = make("canvas", { class: "mp-canvas mp-over", "data-testid": "atlas-crowd" });
    this.over = make("canvas", { class: "mp-canvas mp-over" });
    this.box = make("div", { class: "mp-atlas-box", "data-testid": "atlas-map", role: "application", tabindex: 0 }, [this.under, this.crowd, this.over]);
    this.listen();
  }

  listen() {
    const { box } = this;
    box.addEventListener("pointerdown", (event) => this.down(event));
    box.addEventListener("pointermove", (event) => this.moved(event));
    box.addEventListener("pointerup", () => this.up());
    box.addEventListener("pointercancel", () => { this.drag = null; this.heard.moved(); });
    box.addEventListener("pointerleave", () => this.heard.hover(null));
    box.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    box.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.mode = mode;
    this.box.style.cursor = mode === "lasso" ? "crosshair" : "grab";
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
    if (event.button !== 0 || !this.ready || event.target !== this.under) return;
    this.box.setPointerCapture(event.pointerId);
    this.heard.hover(null);
    this.drag = { path: [this.place(event)], moving: this.mode === "move" || event.shiftKey, far: false };
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (!this.ready) return;
    const at = this.place(event);
    if (!this.drag) this.heard.hover(event.target === this.under ? at : null);
    else this.dragged(this.drag, at);
  }

  /**
   * Move the map along, or draw the lasso on.
   *
   * @param {Drag} drag
   * @param {Spot} at
   */
  dragged(drag, at) {
    const [x, y] = drag.path[drag.path.length - 1];
    const way = Math.hypot(at[0] - x, at[1] - y);
    if (!drag.far && way < FAR) return;
    drag.far = true;
    if (drag.moving) {
      this.plane.pan(at[0] - x, at[1] - y);
      drag.path[0] = at;
      this.heard.moved();
    } else if (way >= FINE) {
      drag.path.push(at);
      this.heard.moved();
    }
  }

  up() {
    const { drag } = this;
    this.drag = null;
    if (!drag) return;
    this.heard.moved();
    if (!drag.far) this.heard.pressed(drag.path[0]);
    else if (!drag.moving && drag.path.length > 2) this.heard.lassoed(drag.path);
  }

  /**
   * Draw what is being picked.
   *
   * @param {{ primary: string, text: string }} theme
   */
  drawLasso({ primary, text }) {
    if (!this.drag || this.drag.moving) return;
    const context = pen(this.over);
    context.beginPath();
    for (const [x, y] of this.drag.path) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = primary;
    context.globalAlpha = 0.12;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1;
    context.strokeStyle = text;
    context.setLineDash([4, 3]);
    context.stroke();
    context.setLineDash([]);
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey && !this.box.matches(":focus")) return; // else the page could not be scrolled past the map
    if (event.target !== this.under) return; // a card over the map scrolls
    event.preventDefault();
    this.zoom(1.0015 ** -event.deltaY, ...this.place(event));
  }

  /**
   * @param {number} factor
   * @param {number} x
   * @param {number} y
   */
  zoom(factor, x = this.plane.width / 2, y = this.plane.height / 2) {
    this.plane.zoom(factor, x, y);
    this.heard.moved();
  }

  whole() {
    this.plane.whole();
    this.heard.moved();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.box) return;
    /** @type {Record<string, Spot>} */
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (Object.hasOwn(moves, event.key)) this.plane.pan(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0" || event.key === "Home") this.plane.whole();
    else if (event.key === "Enter") this.heard.pressed([this.plane.width / 2, this.plane.height / 2]);
    else if (event.key !== "Escape" || !this.heard.escaped()) return;
    event.preventDefault();
    this.heard.moved();
  }
}
