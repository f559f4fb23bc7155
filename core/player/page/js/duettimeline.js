// The timeline of two sides: what each was after, and between them how much they have in common.

/** @import { DuetScene, Pen, Sign, Theme } from "./types.js" */

import { cut, fit, make, pen } from "./dom.js";
import { line, outlined } from "./lanes.js";
import { namesUnder, paintSigns, ROW, signsOf } from "./markers.js";
import { date, number, percent, say } from "./words.js";

const [HEAD, STREAM, RUG, ALIKE, AXIS] = [20, 78, 10, 46, 20];

export class DuetTimeline {
  /** @type {DuetScene} */
  scene;
  ratio = 1; // pixels of a canvas in one of CSS
  width = 1;
  height = 1;
  left = 0;
  right = 1;
  tops = [0, 0]; // of each side
  alike = 0; // top of what both have in common
  bottom = 0;
  signed = true; // markers are drawn
  /** @type {Sign[]} */
  signs = [];

  /**
   * `onScrub(place)` hears where the pointer drags, 0 to 1; `onHover(names, event)` the names of markers under it.
   *
   * @param {(place: number) => void} onScrub
   * @param {(names: string, event: PointerEvent) => void} onHover
   */
  constructor(onScrub, onHover) {
    this.under = make("canvas", { class: "mp-canvas" });
    this.over = make("canvas", { class: "mp-canvas mp-over" });
    this.past = new OffscreenCanvas(1, 1);
    this.element = make("div", { class: "mp-timeline", "data-testid": "duet-timeline", role: "img" }, [this.under, this.over]);
    let dragging = false;
    const end = () => { dragging = false; };
    this.element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.scene) return;
      dragging = true;
      this.element.setPointerCapture(event.pointerId);
      onScrub(this.placeUnder(event));
    });
    this.element.addEventListener("pointermove", (event) => {
      if (dragging) onScrub(this.placeUnder(event));
      if (this.scene) onHover(event.pointerType === "touch" ? "" : this.namesUnder(event), event);
    });
    this.element.addEventListener("pointerleave", (event) => onHover("", event));
    this.element.addEventListener("pointerup", end);
    this.element.addEventListener("pointercancel", end);
  }

  /** @param {PointerEvent} event */
  placeUnder(event) {
    const x = event.clientX - this.element.getBoundingClientRect().left;
    return Math.max(0, Math.min(1, (x - this.left) / (this.right - this.left)));
  }

  /** @param {PointerEvent} event */
  namesUnder(event) {
    const { left, top } = this.element.getBoundingClientRect();
    return namesUnder(this.signs, event.clientX - left, event.clientY - top >= this.bottom);
  }

  /** @param {number} place 0 to 1 */
  x(place) {
    return this.left + place * (this.right - this.left);
  }

  /**
   * @param {DuetScene} scene
   * @param {number} width
   */
  paint(scene, width) {
    this.scene = scene;
    [this.width, this.left, this.right] = [width, 44, width - 10];
    const track = HEAD + STREAM + RUG;
    this.tops = [0, track + 8 + (scene.pair.categories.length ? ALIKE + 28 : 0)];
    this.alike = track + 14;
    this.bottom = this.tops[1] + track;
    const [from, to] = scene.pair.span;
    const markers = this.signed && !scene.pair.ordinal ? scene.pair.markers : [];
    this.signs = signsOf(markers, [from, to], (time) => this.x(this.placeOf(time)), this.right);
    this.height = this.bottom + (this.signs.length ? ROW : 0) + AXIS;
    this.element.style.height = `${this.height}px`;
    this.ratio = fit(this.under, width, this.height);
    for (const canvas of [this.over, this.past]) fit(canvas, width, this.height);
    this.paintInto(pen(this.under), false);
    this.paintInto(pen(this.past), true);
  }

  /**
   * @param {Pen} context
   * @param {boolean} strong
   */
  paintInto(context, strong) {
    const { pair, theme } = this.scene;
    context.clearRect(0, 0, this.width, this.height);
    [0, 1].forEach((side) => {
      this.paintStream(context, side, strong);
      this.paintRug(context, side, strong);
    });
    if (pair.categories.length) this.paintLikeness(context, strong);
    if (strong) return;
    paintSigns(context, this.signs, { top: this.tops[0] + HEAD, row: this.bottom }, theme);
    [0, 1].forEach((side) => this.paintHead(context, side));
    this.paintTicks(context, theme);
  }

  /**
   * @param {Pen} context
   * @param {number} side
   */
  paintHead(context, side) {
    const { pair, sides, theme } = this.scene;
    const y = this.tops[side] + HEAD / 2;
    context.textBaseline = "middle";
    context.fillStyle = sides[side];
    context.beginPath();
    context.arc(12, y, 9, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = theme.dark ? "#10131a" : "#ffffff";
    context.font = `bold 11px ${theme.font}`;
    context.textAlign = "center";
    context.fillText("AB"[side], 12, y + 0.5);
    context.textAlign = "left";
    context.fillStyle = theme.text;
    context.font = `600 13px ${theme.font}`;
    const events = say("duet_events", { n: number(pair.events[side]) });
    context.fillText(cut(context, `${pair.names[side]} · ${events}`, this.width - 40), 28, y);
  }

  /**
   * Thickness of a colour is its share; the whole is thin where little happens.
   *
   * @param {Pen} context
   * @param {number} side
   * @param {boolean} strong
   */
  paintStream(context, side, strong) {
    const { pair, colours } = this.scene;
    const count = colours.length;
    const [, moments] = pair.shapes.mix;
    const middle = this.tops[side] + HEAD + STREAM / 2;
    context.globalAlpha = strong ? 0.92 : 0.25;
    const edge = Float32Array.from({ length: moments }, (_, at) => middle - (STREAM / 2) * pair.known[side * moments + at]);
    for (let index = 0; index < count; index += 1) {
      context.fillStyle = colours[index];
      context.beginPath();
      edge.forEach((y, at) => context.lineTo(this.x((at + 0.5) / moments), y));
      for (let at = 0; at < moments; at += 1) {
        edge[at] += STREAM * pair.known[side * moments + at] * pair.mix[(side * moments + at) * count + index];
      }
      for (let at = moments - 1; at >= 0; at -= 1) context.lineTo(this.x((at + 0.5) / moments), edge[at]);
      context.closePath();
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /**
   * Events of the members as ticks, and change points as dashed lines.
   *
   * @param {Pen} context
   * @param {number} side
   * @param {boolean} strong
   */
  paintRug(context, side, strong) {
    const { pair, colours, theme } = this.scene;
    const top = this.tops[side] + HEAD + STREAM;
    const members = [...pair.member_side.keys()].filter((member) => pair.member_side[member] === side);
    context.globalAlpha = (strong ? 0.9 : 0.3) / Math.max(1, Math.sqrt(members.length) / 2);
    for (const member of members) {
      for (let event = pair.offsets[member]; event < pair.offsets[member + 1]; event += 1) {
        context.fillStyle = colours[pair.category[event]] ?? theme.other;
        context.fillRect(this.x(this.placeOf(pair.time[event])) - 0.8, top + 2, 1.6, RUG - 3);
      }
    }
    context.globalAlpha = 1;
    if (strong) return;
    context.strokeStyle = theme.text;
    context.setLineDash([4, 3]);
    for (const time of pair.changes[side]) {
      const x = this.x(this.placeOf(time));
      line(context, x, this.tops[side] + HEAD - 2, x, top + RUG);
    }
    context.setLineDash([]);
  }

  /**
   * How much both have in common, 0 to 100 %, where both have events.
   *
   * @param {Pen} context
   * @param {boolean} strong
   */
  paintLikeness(context, strong) {
    const { pair, theme } = this.scene;
    const moments = pair.likeness.length;
    /** @type {(share: number) => number} */
    const y = (share) => this.alike + 14 + ALIKE * (1 - share);
    context.fillStyle = theme.primary;
    context.globalAlpha = strong ? 0.55 : 0.14;
    context.beginPath();
    pair.likeness.forEach((share, at) => {
      if (share < 0) return;
      if (!(pair.likeness[at - 1] >= 0)) context.moveTo(this.x(at / moments), y(0));
      context.lineTo(this.x((at + 0.5) / moments), y(share));
      if (!(pair.likeness[at + 1] >= 0)) context.lineTo(this.x((at + 1) / moments), y(0));
    });
    context.fill();
    context.globalAlpha = 1;
    if (strong) return;
    context.strokeStyle = theme.line;
    for (const share of [0, 1]) line(context, this.left, y(share) + 0.5, this.right, y(share) + 0.5);
    context.font = `11px ${theme.font}`;
    context.textBaseline = "middle";
    context.fillStyle = theme.muted;
    context.textAlign = "right";
    for (const share of [0, 1]) context.fillText(percent(share), this.left - 6, y(share));
    context.textAlign = "left";
    context.fillText(cut(context, say("duet_alike"), this.right - this.left), this.left, this.alike + 4);
  }

  /** @param {number} time */
  placeOf(time) {
    const [from, to] = this.scene.pair.span;
    return (time - from) / (to - from);
  }

  /**
   * @param {Pen} context
   * @param {Theme} theme
   */
  paintTicks(context, theme) {
    const { pair } = this.scene;
    const [from, to] = pair.span;
    const many = Math.max(2, Math.min(9, Math.floor((this.right - this.left) / 130)));
    context.font = `11px ${theme.font}`;
    context.textBaseline = "top";
    context.fillStyle = theme.muted;
    for (let tick = 0; tick < many; tick += 1) {
      const time = from + ((to - from) * tick) / (many - 1);
      const text = pair.ordinal ? number(Math.round(time) + 1) : date(time);
      context.textAlign = tick === 0 ? "left" : tick === many - 1 ? "right" : "center";
      context.fillText(text, this.x(tick / (many - 1)), this.height - AXIS + 5);
    }
    context.textAlign = "left";
  }

  /** @param {number} place */
  draw(place) {
    const { theme, pair } = this.scene;
    const context = pen(this.over);
    const x = this.x(place);
    context.clearRect(0, 0, this.width, this.height);
    const [width, height] = [Math.max(0, x * this.ratio), this.bottom * this.ratio];
    if (width >= 1) context.drawImage(this.past, 0, 0, width, height, 0, 0, x, this.bottom);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    line(context, x, HEAD - 2, x, this.bottom);
    const share = pair.likeness[Math.min(pair.likeness.length - 1, Math.floor(place * pair.likeness.length))];
    if (!pair.categories.length || !(share >= 0)) return;
    context.font = `bold 12px ${theme.font}`;
    context.textBaseline = "middle";
    const text = percent(share);
    const wide = context.measureText(text).width;
    outlined(context, text, x + wide + 10 > this.right ? x - wide - 5 : x + 5, this.alike + 14 + ALIKE / 2, theme);
  }
}
