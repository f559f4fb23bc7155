// What is painted on the window of the atlas: points or density below, the crowd over them, names and arrows on top.

/** @import { Arrows, Drawn, Points, Shades, Shift, Spot, Theme } from "./types.js" */
/** @typedef {import("./atlasview.js").AtlasView} AtlasView */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */
/** @typedef {import("./flows.js").Arrow} Arrow */
/** @typedef {import("./pixels.js").Placed} Placed */

import { crowdAt, paintCrowd } from "./crowd.js";
import { contours, counted, heat, pooled, smoothed } from "./density.js";
import { fit, pen } from "./dom.js";
import { arrowsOf, drawArrows, drawCompass, trendAt } from "./flows.js";
import { drawLabels } from "./labels.js";
import { outlined } from "./lanes.js";
import { drawNear, ring } from "./near.js";
import { between, channels } from "./paint.js";
import { dots, ghosts, outlines, packed, painted, place } from "./pixels.js";
import { say } from "./words.js";

/** What is wanted: how points are drawn, from how many on with contours, whether with names. */
/** @typedef {{ drawn: Drawn, least: number, names: boolean }} Wanted */
/** @typedef {{ hits: Uint8Array | null, hit: number, asked: number }} Marked */

const FEW = 60_000; // points in view, up to which single ones are drawn over a density
const NEAR = 1.5; // how near one must go for that
const COMPASS = 24;

export class AtlasPaint {
  /** @type {Points} */
  points;
  /** @type {Placed} */
  placed;
  /** @type {Arrow[]} */
  arrows = [];
  /** @type {Spot | null} where the compass is */
  compass = null;
  /** @type {Uint32Array} */
  order;
  /** @type {Int32Array} */
  at;
  stamp = ""; // what the places of points were worked out for
  ghostly = ""; // what the ghosts were painted for
  overs = ""; // what names and arrows were painted for
  /** @type {Uint32Array} */
  ghosts;
  /** @type {Float32Array} */
  crowd;
  ratio = 1;
  /** @type {ImageData | null} of the points, kept from frame to frame */
  image = null;
  /** @type {ImageData | null} of the crowd */
  above = null;

  /** @param {AtlasView} view */
  constructor(view) {
    this.view = view;
  }

  /** @param {Points} points */
  load(points) {
    this.points = points;
    this.order = painted(points.state);
    this.at = new Int32Array(points.state.length);
    this.crowd = new Float32Array(2 * (points.crowd_user?.length ?? 0));
    this.stamp = this.overs = "";
  }

  /** Fit the canvases to their box, and work out where points lie, unless nothing has changed. */
  place() {
    const { view: { under, over, crowd, box, plane }, points } = this;
    const [width, height] = [box.clientWidth, box.clientHeight];
    this.ratio = fit(under, width, height);
    fit(over, width, height);
    fit(crowd, width, height);
    plane.size(width, height);
    const mapping = plane.mapping();
    const stamp = [under.width, under.height, ...Object.values(mapping), points.hash].join();
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const many = points.state.length > 30_000 || width < 600;
    const small = Math.max(2, Math.round(this.ratio * (many ? 2 : 3)));
    const large = Math.round(small + (many ? 1 : 2) * this.ratio);
    this.placed = { order: this.order, at: this.at, small, large, width: under.width, height: under.height };
    place(this.placed, points, mapping, this.ratio);
  }

  /**
   * Points, density or both; what does not pass stands back.
   *
   * @param {Crossfilter} cross
   * @param {Shades} shades
   * @param {Theme} theme
   * @param {Wanted} wanted
   * @param {Marked} marked
   */
  base(cross, shades, theme, { drawn, least }, { hits }) {
    this.place();
    const { placed, points, view: { under, plane } } = this;
    const context = pen(under);
    const image = imageOf(this.image, context, placed);
    this.image = image;
    const pixels = new Uint32Array(image.data.buffer);
    this.ground(pixels, cross.active !== 0 && drawn !== "density", theme);
    const side = Math.round(2 * this.ratio);
    const fine = drawn === "density" ? counted(placed, cross.failed, side) : null;
    const coarse = fine ? pooled(fine, 4) : drawn === "both" ? counted(placed, cross.failed, 4 * side) : null;
    if (fine) heat(pixels, placed.width, smoothed(fine, 1), heatOf(theme));
    const close = (coarse?.total ?? 0) < FEW && plane.factor > NEAR;
    if (drawn !== "density" || close) dots(pixels, placed, shades, points.state, cross.failed, cross.active !== 0);
    if (hits) outlines(pixels, placed, shades, { marked: hits, failed: cross.failed }, packed(channels(theme.text)));
    context.putImageData(image, 0, 0);
    if (coarse && coarse.total >= least) this.contour(smoothed(coarse, 2), theme);
  }

  /**
   * The page's ground, with all points as ghosts where some are filtered away; kept from frame to frame.
   *
   * @param {Uint32Array} pixels
   * @param {boolean} haunted
   * @param {Theme} theme
   */
  ground(pixels, haunted, theme) {
    const ground = channels(theme.background);
    if (!haunted) {
      pixels.fill(packed(ground));
      return;
    }
    const wanted = `${this.stamp} ${theme.background}`;
    if (this.ghostly !== wanted) {
      this.ghostly = wanted;
      this.ghosts = new Uint32Array(pixels.length).fill(packed(ground));
      ghosts(this.ghosts, this.placed, packed(between([ground, channels(theme.text)], 0.13)));
    }
    pixels.set(this.ghosts);
  }

  /**
   * @param {import("./density.js").Grid} grid
   * @param {Theme} theme
   */
  contour(grid, theme) {
    const context = pen(this.view.under);
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    contours(grid).forEach((pieces, level) => {
      context.globalAlpha = 0.28 + 0.11 * level;
      context.beginPath();
      for (let at = 0; at < pieces.length; at += 4) {
        context.moveTo(pieces[at] / this.ratio, pieces[at + 1] / this.ratio);
        context.lineTo(pieces[at + 2] / this.ratio, pieces[at + 3] / this.ratio);
      }
      context.stroke();
    });
    context.globalAlpha = 1;
  }

  /**
   * The crowd at a moment; null leaves it away.
   *
   * @param {number | null} time
   * @param {Crossfilter} cross
   * @param {Theme} theme
   */
  people(time, cross, theme) {
    const { view: { crowd: canvas, plane, under }, points, ratio } = this;
    const shown = time !== null && points.crowd_xy && points.crowd_user;
    under.style.opacity = shown ? "0.45" : "";
    canvas.hidden = !shown;
    if (!shown || !points.crowd_xy || !points.crowd_user) return;
    const { crowd_user: user, crowd_xy: xy } = points;
    const passing = cross.active ? cross.owners(points.user, points.users.length) : null;
    const [strong, weak] = [packed(channels(theme.primary)), packed(channels(theme.line))];
    const context = pen(canvas);
    const image = imageOf(this.above, context, canvas);
    this.above = image;
    const pixels = new Uint32Array(image.data.buffer).fill(0);
    const { scale, dx, dy } = plane.mapping();
    const side = Math.round((user.length > 5000 ? 2.5 : 4) * ratio);
    crowdAt(xy, user.length, time, this.crowd);
    paintCrowd(pixels, canvas.width, this.crowd, (each) => (!passing || passing[user[each]] ? strong : weak), {
      scale: scale * ratio, dx: dx * ratio, dy: dy * ratio, side,
    });
    context.putImageData(image, 0, 0);
  }

  /**
   * Names, arrows, the nearest of a point, and the lasso.
   *
   * @param {Theme} theme
   * @param {Wanted} wanted
   * @param {Marked} marked
   * @param {{ period: number | null, arrows: Arrows }} time
   */
  over(theme, { names }, { hit, asked }, { period, arrows }) {
    const { view, points } = this;
    const wanted = [this.stamp, theme.background, names, hit, asked, period, arrows, view.drag?.path.length].join();
    if (wanted === this.overs) return; // as while only a filter changes, many times a second
    this.overs = wanted;
    const context = pen(view.over);
    const { width, height } = view.plane;
    const mapping = view.plane.mapping();
    context.clearRect(0, 0, width, height);
    this.arrows = arrowsOf(points, period, arrows, mapping);
    drawArrows(context, this.arrows, theme);
    if (names) drawLabels(context, points.clusters ?? [], mapping, { width, height }, theme);
    if (asked >= 0) drawNear(context, points, asked, mapping, theme);
    if (hit >= 0) {
      context.strokeStyle = theme.primary;
      context.lineWidth = 3;
      ring(context, points.xy[2 * hit] * mapping.scale + mapping.dx, mapping.dy - points.xy[2 * hit + 1] * mapping.scale, 9);
    }
    this.drawTrend(context, points.trend ?? [], period, theme);
    view.drawLasso(theme);
  }

  /**
   * @param {import("./types.js").Pen} context
   * @param {Shift[]} trend
   * @param {number | null} period
   * @param {Theme} theme
   */
  drawTrend(context, trend, period, theme) {
    this.compass = trend.length ? [COMPASS + 10, this.view.plane.height - COMPASS - 10] : null;
    if (!this.compass) return;
    drawCompass(context, trendAt(trend, period), this.compass, COMPASS, theme);
    context.font = `11px ${theme.font}`;
    context.textBaseline = "middle";
    outlined(context, say("atlas_everybody"), this.compass[0] + COMPASS + 6, this.compass[1], theme);
  }
}

/**
 * The same pixels as before, unless their number has changed.
 *
 * @param {ImageData | null} before
 * @param {import("./types.js").Pen} context
 * @param {{ width: number, height: number }} size
 */
function imageOf(before, context, { width, height }) {
  return before?.width === width && before.height === height ? before : context.createImageData(width, height);
}

/**
 * From sparse to dense, on the ground of the page.
 *
 * @param {Theme} theme
 */
function heatOf({ background, primary, text }) {
  const [ground, ink, far] = [background, primary, text].map(channels);
  return [between([ground, ink], 0.14), ink, between([ink, far], 0.75)];
}
