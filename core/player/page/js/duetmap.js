// Both sides on one map: a trail for a user, a swarm for a group.

/** @import { Backdrop, DuetScene, Pen, Spot } from "./types.js" */

import { pen } from "./dom.js";
import { line } from "./lanes.js";
import { InterestMap } from "./map.js";
import { lastBefore, wayBetween } from "./ways.js";

const TRAIL = 0.12; // of the span, after which a trail has faded

export class DuetMap extends InterestMap {
  /** @type {DuetScene} */
  duet;

  constructor() {
    super({ onHover: () => {} });
  }

  /**
   * @param {DuetScene} scene
   * @param {Backdrop} backdrop
   */
  paintDuet(scene, backdrop) {
    this.paintGround(backdrop, scene.pair.xy, true, scene.theme, ["duet_map", "duet_map_hint"]);
    this.duet = scene;
  }

  /** @param {number} time */
  drawDuet(time) {
    const { pair } = this.duet;
    const context = pen(this.over);
    context.clearRect(0, 0, this.width, this.height);
    /** @type {[side: number, head: Spot][]} */
    const heads = [];
    pair.member_side.forEach((side, member) => {
      const head = this.drawWay(context, member, side, time);
      if (head) heads.push([side, head]);
    });
    for (const [side, head] of heads) this.drawPlace(context, side, head);
  }

  /**
   * The way of one member up to a moment, fading; returns where it stands, null before its first event.
   *
   * @param {Pen} context
   * @param {number} member
   * @param {number} side
   * @param {number} time
   * @returns {Spot | null}
   */
  drawWay(context, member, side, time) {
    const { pair, sides } = this.duet;
    const [begin, end] = [pair.offsets[member], pair.offsets[member + 1]];
    const last = lastBefore(pair.time, begin, end, time);
    if (last < begin) return null;
    /** @type {(event: number) => Spot} */
    const at = (event) => [this.x(pair.xy[2 * event]), this.y(pair.xy[2 * event + 1])];
    const head = this.between(last, Math.min(last + 1, end - 1), time, at);
    const span = TRAIL * (pair.span[1] - pair.span[0]);
    const alone = pair.users[side] === 1;
    context.strokeStyle = sides[side];
    context.lineCap = "round";
    let [x, y] = head;
    for (let event = last; event >= begin; event -= 1) {
      const age = (time - pair.time[event]) / span;
      if (age > 1 && event < last) break;
      const fresh = Math.max(0.04, 1 - Math.min(1, age));
      context.globalAlpha = (alone ? 0.85 : 0.28) * fresh;
      context.lineWidth = alone ? 0.8 + 2.4 * fresh : 1;
      const [px, py] = at(event);
      line(context, x, y, px, py);
      [x, y] = [px, py];
    }
    context.globalAlpha = 1;
    return head;
  }

  /**
   * Where the state is between two events.
   *
   * @param {number} event
   * @param {number} next
   * @param {number} time
   * @param {(event: number) => Spot} at
   * @returns {Spot}
   */
  between(event, next, time, at) {
    const way = wayBetween(this.duet.pair, event, next, time);
    const [from, to] = [at(event), at(next)];
    return [from[0] + (to[0] - from[0]) * way, from[1] + (to[1] - from[1]) * way];
  }

  /**
   * @param {Pen} context
   * @param {number} side
   * @param {Spot} place
   */
  drawPlace(context, side, [x, y]) {
    const { pair, sides, theme } = this.duet;
    const alone = pair.users[side] === 1;
    context.beginPath();
    context.arc(x, y, alone ? 10 : 4.5, 0, 2 * Math.PI);
    context.fillStyle = sides[side];
    context.fill();
    context.lineWidth = alone ? 2 : 1;
    context.strokeStyle = alone ? theme.text : theme.background;
    context.stroke();
    if (!alone) return;
    context.font = `bold 11px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = theme.dark ? "#10131a" : "#ffffff";
    context.fillText("AB"[side], x, y + 0.5);
    context.textAlign = "left";
  }
}
