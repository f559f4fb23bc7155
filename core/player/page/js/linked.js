// What every histogram of the side panel has: a head with its name, a note and a button that clears its filter.

/** @import { Column, Filter, Theme } from "./types.js" */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */

import { make } from "./dom.js";
import { say } from "./words.js";

/** A histogram of one column, whose filter is one bit of all filters. */
export class Linked {
  /** @type {Filter | null} */
  filter = null;

  /**
   * @param {Column} column
   * @param {Crossfilter} cross
   * @param {number} bit
   * @param {() => void} changed hears of a new filter
   */
  constructor(column, cross, bit, changed) {
    this.column = column;
    this.cross = cross;
    this.bit = bit;
    this.changed = changed;
    this.note = make("span", { class: "mp-note mp-number" });
    this.reset = make("button", {
      type: "button", class: "mp-button mp-small", text: say("clear"), "aria-label": say("atlas_clear_one", { name: column.name }),
      "data-testid": "hist-clear", onclick: () => this.set(null),
    });
    this.reset.hidden = true;
    const head = make("div", { class: "mp-hist-head" }, [make("h3", { text: column.name }), this.note, this.reset]);
    this.element = make("div", { class: "mp-hist", role: "group", "aria-label": column.name, "data-testid": `hist-${column.array}` }, [head]);
  }

  /**
   * Filter by this column, or no more.
   *
   * @param {Filter | null} filter
   */
  set(filter) {
    this.filter = filter;
    this.reset.hidden = !filter;
    if (filter) this.keep(filter);
    else this.cross.clear(this.bit);
    this.changed();
  }

  /** @param {Filter} _filter what its points must be like */
  keep(_filter) {}

  /** Look how wide it is: before anything is drawn, else each look would cost a layout. */
  measure() {}

  /** @param {Theme} _theme of what is drawn anew */
  draw(_theme) {}
}
