// The side panel: a histogram for each column of the points, all of them linked.

/** @import { Filter, Points, Theme } from "./types.js" */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */

import { Bars } from "./bars.js";
import { MOST_COLUMNS } from "./crossfilter.js";
import { make } from "./dom.js";
import { Histogram } from "./histogram.js";
import { say } from "./words.js";

export class Side {
  /** @type {(Bars | Histogram)[]} */
  histograms = [];
  measured = false; // whether the histograms know how wide they are

  /** @param {() => void} changed hears of new filters */
  constructor(changed) {
    this.changed = changed;
    this.element = make("div", { class: "mp-side-panel", role: "group", "data-testid": "atlas-side" });
  }

  /**
   * Histograms of these points; filters of those before stay where their column is there still.
   *
   * @param {Points} points
   * @param {Crossfilter} cross
   * @param {Map<string, Filter>} filters by the name of their column
   */
  load(points, cross, filters) {
    const columns = (points.columns ?? []).slice(0, MOST_COLUMNS);
    this.histograms = columns.map((column, index) => {
      const Kind = column.kind === "names" ? Bars : Histogram;
      return new Kind(column, points[column.array], cross, 1 << index, this.changed);
    });
    for (const each of this.histograms) {
      const filter = filters.get(each.column.name);
      if (filter) each.set(filter);
    }
    this.measured = false;
    this.element.hidden = !columns.length;
    this.element.setAttribute("aria-label", say("atlas_side"));
    this.element.replaceChildren(...this.histograms.map(({ element }) => element));
  }

  /** Filters that are set, by the name of their column. */
  filters() {
    /** @type {Map<string, Filter>} */
    const found = new Map();
    for (const { column, filter } of this.histograms) if (filter) found.set(column.name, filter);
    return found;
  }

  clear() {
    for (const each of this.histograms) if (each.filter) each.set(null);
  }

  /** @param {Theme} theme */
  draw(theme) {
    if (!this.measured) for (const each of this.histograms) each.measure();
    this.measured = true;
    for (const each of this.histograms) each.draw(theme);
  }
}
