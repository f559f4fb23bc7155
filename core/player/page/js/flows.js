// Net flows of users between clusters as arrows, and the way of the whole population as an arrow of its own.

/** @import { Arrows, Flow, Mapping, Pen, Points, Shift, Spot, Theme } from "./types.js" */

/** An arrow along a bent line, by its ends and the point that bends it. */
/** @typedef {{ flow: Flow, from: Spot, bend: Spot, to: Spot, width: number, sure: boolean }} Arrow */

import { number, say } from "./words.js";

const MOST = 24; // arrows at a time, the strongest ones
const WIDEST = 13;
const APART = 12; // pixels between an arrow and the middle of its cluster
const REACH = 7;

/**
 * Whether a flow is beyond chance.
 *
 * @param {Flow} flow
 */
export function isSure({ low, high, sure }) {
  return sure ?? (low > 0 || high < 0);
}

/**
 * The arrows of a period, or of all time.
 *
 * @param {Points} points
 * @param {number | null} period
 * @param {Arrows} wanted
 * @param {Mapping} mapping
 * @returns {Arrow[]}
 */
export function arrowsOf(points, period, wanted, mapping) {
  const [flows, clusters] = [points.flows ?? [], points.clusters ?? []];
  if (wanted === "none") return [];
  const shown = flows.filter((flow) => flow.period === period && clusters[flow.from] && clusters[flow.to] && (wanted === "all" || isSure(flow)));
  const strongest = Math.max(...flows.map(({ net }) => Math.abs(net)), 1e-9); // of all times, so that arrows can be compared
  shown.sort((a, b) => Math.abs(b.net) - Math.abs(a.net));
  return shown.slice(0, MOST).map((flow) => {
    const ends = flow.net < 0 ? [flow.to, flow.from] : [flow.from, flow.to];
    const [from, to] = ends.map((end) => spot(clusters[end], mapping));
    const widest = Math.min(WIDEST, Math.hypot(to[0] - from[0], to[1] - from[1]) / 8);
    const width = isSure(flow) ? Math.max(2, (widest * Math.abs(flow.net)) / strongest) : 1.2;
    return { ...bent(from, to), flow, width, sure: isSure(flow) };
  });
}

/**
 * @param {{ x: number, y: number }} place
 * @param {Mapping} mapping
 * @returns {Spot}
 */
function spot({ x, y }, { scale, dx, dy }) {
  return [x * scale + dx, dy - y * scale];
}

/**
 * A line bent to its left, so that two that go to and fro lie apart; it ends short of the middles.
 *
 * @param {Spot} from
 * @param {Spot} to
 */
function bent([x0, y0], [x1, y1]) {
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ax, ay] = [(x1 - x0) / long, (y1 - y0) / long];
  const short = Math.min(APART, long / 4);
  /** @type {Spot[]} */
  const [from, bend, to] = [
    [x0 + ax * short, y0 + ay * short],
    [(x0 + x1) / 2 + ay * long * 0.16, (y0 + y1) / 2 - ax * long * 0.16],
    [x1 - ax * short, y1 - ay * short],
  ];
  return { from, bend, to };
}

/**
 * Draw arrows; those that are not sure thin and dashed.
 *
 * @param {Pen} context
 * @param {Arrow[]} arrows
 * @param {Theme} theme
 */
export function drawArrows(context, arrows, theme) {
  for (const { from, bend, to, width, sure } of arrows) {
    const head = 5 + 1.3 * width;
    const [ax, ay] = unit(bend, to);
    const end = /** @type {Spot} */ ([to[0] - ax * head, to[1] - ay * head]);
    for (const [colour, wide] of /** @type {[string, number][]} */ ([[theme.background, width + 2.5], [sure ? theme.text : theme.muted, width]])) {
      context.globalAlpha = colour === theme.background ? 0.7 : 0.8;
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = wide;
      context.lineCap = "butt";
      context.setLineDash(sure ? [] : [5, 4]);
      context.beginPath();
      context.moveTo(...from);
      context.quadraticCurveTo(...bend, ...end);
      context.stroke();
      context.setLineDash([]);
      const half = head * 0.62;
      context.beginPath();
      context.moveTo(...to);
      context.lineTo(end[0] - ay * half, end[1] + ax * half);
      context.lineTo(end[0] + ay * half, end[1] - ax * half);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

/**
 * @param {Spot} from
 * @param {Spot} to
 */
function unit([x0, y0], [x1, y1]) {
  const long = Math.hypot(x1 - x0, y1 - y0) || 1;
  return [(x1 - x0) / long, (y1 - y0) / long];
}

/**
 * The arrow under a place on the screen, if any.
 *
 * @param {Arrow[]} arrows
 * @param {Spot} at
 */
export function arrowAt(arrows, [px, py]) {
  return arrows.find(({ from, bend, to, width }) => {
    for (let step = 0; step <= 24; step += 1) {
      const way = step / 24;
      const [x, y] = [0, 1].map((axis) => (1 - way) ** 2 * from[axis] + 2 * way * (1 - way) * bend[axis] + way ** 2 * to[axis]);
      if (Math.hypot(x - px, y - py) < Math.max(REACH, width / 2 + 2)) return true;
    }
    return false;
  });
}

/**
 * What is told of a flow: which way, which share, between what, by how many.
 *
 * @param {Points} points
 * @param {Flow} flow
 */
export function tellFlow({ clusters }, flow) {
  const { movers, stood, net: share, low: least, high: most } = flow;
  const names = [flow.from, flow.to].map((cluster) => clusters?.[cluster].name || say("atlas_unnamed", { n: number(cluster + 1) }));
  const [from, to] = share < 0 ? names.reverse() : names;
  const ends = share < 0 ? [-share, -most, -least] : [share, least, most];
  const [net, low, high] = ends.map((end) => number(100 * end, 1));
  const told = [say("atlas_flow", { from, to, net, low, high })];
  if (movers !== undefined && stood !== undefined) told.push(say("atlas_flow_users", { movers: number(movers), stood: number(stood) }));
  if (!isSure(flow)) told.push(say("atlas_flow_unsure"));
  return told.join(" ");
}

/**
 * How the whole population moved in a period (or in all), as parts of the longest such way.
 *
 * @param {Shift[]} trend
 * @param {number | null} period
 */
export function trendAt(trend, period) {
  const total = trend.reduce((sum, { dx, dy }) => ({ dx: sum.dx + dx, dy: sum.dy + dy }), { dx: 0, dy: 0 });
  const longest = period === null ? Math.hypot(total.dx, total.dy) : Math.max(...trend.map(({ dx, dy }) => Math.hypot(dx, dy)));
  const { dx, dy } = period === null ? total : trend[period] ?? { dx: 0, dy: 0 };
  return longest > 0 ? { dx: dx / longest, dy: dy / longest } : { dx: 0, dy: 0 };
}

/**
 * The compass: where the whole population went.
 *
 * @param {Pen} context
 * @param {Shift} shift in parts of the longest
 * @param {Spot} middle
 * @param {number} radius
 * @param {Theme} theme
 */
export function drawCompass(context, { dx, dy }, [x, y], radius, theme) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = 0.85;
  context.fillStyle = theme.background;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.stroke();
  if (!dx && !dy) return;
  const [ex, ey] = [x + dx * (radius - 4), y - dy * (radius - 4)];
  const [ax, ay] = unit([x, y], [ex, ey]);
  context.strokeStyle = context.fillStyle = theme.text;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(ex - ax * 4, ey - ay * 4);
  context.stroke();
  context.beginPath();
  context.moveTo(ex, ey);
  context.lineTo(ex - ax * 8 - ay * 4, ey - ay * 8 + ax * 4);
  context.lineTo(ex - ax * 8 + ay * 4, ey - ay * 8 - ax * 4);
  context.fill();
}
