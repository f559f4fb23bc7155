// The atlas as a place to work in: map, linked histograms, search, nearest points and time, told to Python.

/** @import { AtlasData, Points, ScaledPalette, Shades, Spot, Theme } from "./types.js" */

import { AtlasPaint } from "./atlaspaint.js";
import { AtlasTools } from "./atlastools.js";
import { AtlasView } from "./atlasview.js";
import { Crossfilter, LASSO, LEGEND, SEARCH } from "./crossfilter.js";
import { make } from "./dom.js";
import { Finder } from "./finder.js";
import { arrowAt, tellFlow } from "./flows.js";
import { Legend, shadesOf } from "./legend.js";
import { NearCard } from "./near.js";
import { onThemeChange, readTheme } from "./paint.js";
import { carried } from "./rows.js";
import { SearchBox } from "./searchbox.js";
import { Side } from "./side.js";
import { TimeSlider } from "./timeslider.js";
import { Tip } from "./tip.js";
import { say } from "./words.js";

const NEAR = 9; // pixels within which a point is under the pointer
const REST = 250; // milliseconds without a change before Python hears of it
const MANY = 150_000; // points from which on they are shown as a density at first
const CLOSE = 4; // how near a search goes

/** All parts of the atlas, and what goes between them. */
export class Workplace {
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
  /** @type {Crossfilter} */
  cross;
  // What the reader does.
  /** @type {{ hits: Uint8Array | null, hit: number, asked: number }} */
  marked = { hits: null, hit: -1, asked: -1 };
  /** @type {Set<number>} categories chosen in the legend */
  chosen = new Set();
  // What is to be painted next.
  stale = { base: false, side: false };
  frames = 0;
  /** @type {number | null} */
  request = null;
  /** @type {Map<string, number>} */
  timers = new Map();
  wanted = ""; // which points and words it was told to show
  /** @type {(name: string, told: Record<string, unknown>) => void} */
  tell = () => {};

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.view = new AtlasView({
      lassoed: (path) => this.lasso(path), hover: (at) => this.hover(at), pressed: (at) => this.press(at),
      moved: () => this.paint({ base: true }), escaped: () => this.escape(),
    });
    this.painter = new AtlasPaint(this.view);
    this.tools = new AtlasTools(this.view, { changed: () => this.paint({ base: true }), clear: () => this.clear() });
    this.side = new Side(() => this.filtered());
    this.search = new SearchBox({
      found: (hits) => this.found(hits), passes: (row) => !this.cross.failed[row], walk: (row) => this.walk(row),
      filter: (hits) => this.only(SEARCH, hits),
    });
    this.time = new TimeSlider(() => this.paint({}));
    this.near = new NearCard((row) => this.walkTo(row), () => this.ask(-1));
    this.legend = new Legend((category) => this.chooseCategory(category));
    this.tip = new Tip();
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    this.view.box.append(this.near.element);
    this.root = make("div", { class: "meander-player", "data-testid": "atlas", role: "region", "data-frames": 0 }, [
      this.tools.element, this.search.element,
      make("div", { class: "mp-atlas" }, [make("div", { class: "mp-atlas-main" }, [this.view.box, this.time.element, this.legend.element]), this.side.element]),
      this.tip.element, this.probe,
    ]);
    parent.append(this.root);
    this.quiet = this.listen();
  }

  listen() {
    const sized = new ResizeObserver(() => {
      this.side.measured = false;
      this.paint({ base: true, side: true });
    });
    for (const element of [this.view.box, this.side.element]) sized.observe(element);
    const escape = (/** @type {KeyboardEvent} */ event) => { if (event.key === "Escape" && this.marked.asked >= 0) this.ask(-1); };
    this.near.element.addEventListener("keydown", escape);
    const stopTheme = onThemeChange(this.probe, () => this.restyle());
    return () => { sized.disconnect(); stopTheme(); };
  }

  /**
   * @param {Points} points
   * @param {AtlasData} data
   */
  load(points, { palette, by }) {
    const same = this.points && this.points.xy.length === points.xy.length && this.points.xy.every((value, i) => value === points.xy[i]);
    const filters = same ? this.side.filters() : new Map();
    const kept = same && this.cross.active & LASSO ? Uint8Array.from(this.cross.failed, (failed) => Number(!(failed & LASSO))) : null;
    Object.assign(this, { points, palette, by, cross: new Crossfilter(points.state.length) });
    this.painter.load(points);
    this.view.ready = true;
    if (!same) {
      this.view.plane.frame(points.xy);
      this.marked = { hits: null, hit: -1, asked: -1 };
      this.chosen = new Set();
      this.tools.start(points.state.length > MANY ? "density" : "both");
    }
    this.tools.load(points);
    this.side.load(points, this.cross, filters);
    this.time.load(points.periods ?? [], points.markers ?? [], { crowd: Boolean(points.crowd_xy), flows: Boolean(points.flows?.length) });
    this.search.load(new Finder(points));
    if (kept) this.only(LASSO, kept);
    this.chooseCategories();
    this.near.show(points, this.marked.asked, (row) => this.legend.tell(points, row));
    this.restyle();
  }

  /** New colours, by theme or by what they stand for. */
  restyle() {
    if (!this.points) return;
    this.theme = readTheme(this.root, this.palette);
    this.root.classList.toggle("mp-dark", this.theme.dark);
    this.shades = shadesOf(this.points, this.theme, this.palette);
    this.legend.draw(this.points, this.shades, this.theme, this.by);
    this.legend.press(this.chosen);
    this.paint({ base: true, side: true });
  }

  /**
   * Paint at the next frame; names and arrows always, what else only where it is stale.
   *
   * @param {{ base?: boolean, side?: boolean }} stale
   */
  paint({ base = false, side = false }) {
    this.stale.base ||= base;
    this.stale.side ||= side;
    this.request ??= requestAnimationFrame((now) => this.frame(now));
  }

  /** @param {number} now */
  frame(now) {
    this.request = null;
    if (!this.points || !this.theme || !this.view.box.clientWidth) return;
    this.time.advance(now);
    const { cross, shades, theme, marked, painter, tools, time } = this;
    if (this.stale.base) painter.base(cross, shades, theme, tools.wanted, marked);
    painter.people(time.on ? time.shown : null, cross, theme);
    painter.over(theme, tools.wanted, marked, { period: time.period, arrows: time.wanted });
    if (this.stale.side) this.side.draw(theme);
    this.stale = { base: false, side: false };
    tools.count(cross);
    this.root.dataset.frames = String(this.frames += 1);
    if (time.playing) this.paint({});
  }

  /** A filter has changed: everything follows, Python once it rests. */
  filtered() {
    this.paint({ base: true, side: true });
    this.rest("picked", () => carried(this.cross.active ? this.cross.rows() : [], this.points.state.length));
  }

  /**
   * Tell Python once nothing has changed for a while.
   *
   * @param {string} name
   * @param {() => Record<string, unknown>} told
   */
  rest(name, told) {
    clearTimeout(this.timers.get(name));
    this.timers.set(name, window.setTimeout(() => this.tell(name, told()), REST));
  }

  /**
   * Filter by points that are marked; null or none takes the filter away.
   *
   * @param {number} bit
   * @param {Uint8Array | null} marked
   */
  only(bit, marked) {
    if (!marked && !(this.cross.active & bit)) return;
    if (marked) this.cross.only(bit, marked);
    else this.cross.clear(bit);
    this.filtered();
  }

  /** @param {Spot[]} path */
  lasso(path) {
    const rows = this.view.plane.inside(this.points.xy, path);
    if (!rows.length) return;
    const marked = new Uint8Array(this.points.state.length);
    for (const row of rows) marked[row] = 1;
    this.only(LASSO, marked);
  }

  /** @param {number} category -1 for none */
  chooseCategory(category) {
    if (!this.chosen.delete(category)) this.chosen.add(category);
    this.chooseCategories();
  }

  chooseCategories() {
    this.legend.press(this.chosen);
    this.only(LEGEND, this.chosen.size ? Uint8Array.from(this.points.category, (category) => Number(this.chosen.has(category))) : null);
  }

  /** All filters off. */
  clear() {
    this.side.clear();
    this.search.clear();
    this.chosen.clear();
    this.chooseCategories();
    this.only(LASSO, null);
  }

  escape() {
    if (this.marked.asked >= 0) this.ask(-1);
    else if (this.cross.active) this.clear();
    else return false;
    return true;
  }

  /** @param {Uint8Array | null} hits */
  found(hits) {
    Object.assign(this.marked, { hits, hit: -1 });
    this.paint({ base: true });
  }

  /** @param {number} row a hit that is to be seen */
  walk(row) {
    this.marked.hit = row;
    this.view.plane.centre(this.points.xy[2 * row], this.points.xy[2 * row + 1], CLOSE);
    this.paint({ base: true });
    this.search.tell(this.legend.tell(this.points, row));
  }

  /** @param {number} row a neighbour that is asked for in its turn */
  walkTo(row) {
    this.view.plane.centre(this.points.xy[2 * row], this.points.xy[2 * row + 1]);
    this.ask(row);
    this.near.element.querySelector("button")?.focus();
  }

  /** @param {Spot} at */
  press(at) {
    this.ask(this.view.plane.nearest(this.points.xy, ...at, NEAR, this.cross.failed));
  }

  /** @param {number} row of a point whose nearest are wanted, -1 for none */
  ask(row) {
    const held = this.near.element.contains(this.near.element.ownerDocument.activeElement);
    if (row < 0 && this.marked.asked < 0) return;
    this.marked.asked = row;
    this.near.show(this.points, row, (each) => this.legend.tell(this.points, each));
    if (held && row < 0) this.view.box.focus();
    this.paint({ base: true });
    this.rest("asked", () => ({ row }));
  }

  /** @param {Spot | null} at */
  hover(at) {
    const text = at ? this.under(at) : "";
    if (!at || !text) return this.tip.hide();
    const { box } = this.view;
    return this.tip.show(text, box.offsetLeft + at[0], box.offsetTop + at[1], this.root.clientWidth);
  }

  /**
   * What is told of what lies under the pointer.
   *
   * @param {Spot} at
   */
  under(at) {
    const { compass, arrows } = this.painter;
    if (compass && Math.hypot(compass[0] - at[0], compass[1] - at[1]) < 24) return say("atlas_trend");
    const arrow = arrowAt(arrows, at);
    if (arrow) return tellFlow(this.points, arrow.flow);
    const row = this.view.plane.nearest(this.points.xy, ...at, NEAR, this.cross.failed);
    return row < 0 ? "" : this.legend.tell(this.points, row);
  }

  destroy() {
    if (this.request) cancelAnimationFrame(this.request);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.quiet();
    this.root.remove();
  }
}
