// The histogram of a column of names: a bar for each, and each a button.

/** @import { Column, ColumnArray, Filter, Theme } from "./types.js" */
/** @typedef {import("./crossfilter.js").Crossfilter} Crossfilter */
/** @typedef {{ bin: number, name: string, button: HTMLButtonElement, whole: HTMLElement, part: HTMLElement, count: HTMLElement }} Bar */

import { barsOf } from "./bins.js";
import { make, setText } from "./dom.js";
import { Linked } from "./linked.js";
import { number, say } from "./words.js";

const FEW = 8; // bars before there is asked for more
const MOST = 100;

export class Bars extends Linked {
  /**
   * @param {Column} column
   * @param {ColumnArray} codes
   * @param {Crossfilter} cross
   * @param {number} bit
   * @param {() => void} changed
   */
  constructor(column, codes, cross, bit, changed) {
    super(column, cross, bit, changed);
    this.names = [...(column.values ?? []), say("atlas_without")];
    this.bin = barsOf(codes, this.names.length - 1);
    this.tally = cross.tally(bit, this.bin, this.names.length - 1);
    const { whole } = this.tally;
    const order = [...whole.keys()].filter((bin) => whole[bin]).sort((a, b) => whole[b] - whole[a]).slice(0, MOST);
    this.most = Math.max(1, ...whole);
    /** @type {Set<number>} */
    this.chosen = new Set();
    this.bars = order.map((bin) => this.bar(bin));
    this.more = make("button", { type: "button", class: "mp-button mp-small", "aria-expanded": "false", onclick: () => this.unfold(!this.unfolded) });
    this.list = make("div", { class: "mp-bars" }, this.bars.map(({ button }) => button));
    this.element.append(this.list, this.more);
    this.unfold(false);
  }

  /**
   * @param {number} bin
   * @returns {Bar}
   */
  bar(bin) {
    const [whole, part] = ["mp-bar-whole", "mp-bar-part"].map((name) => make("span", { class: name }));
    const count = make("span", { class: "mp-number mp-bar-count" });
    const name = this.names[bin];
    const button = make("button", { type: "button", class: "mp-bar-row", "aria-pressed": "false", title: name, onclick: () => this.toggle(bin) }, [
      make("span", { class: "mp-bar-name", text: name }), make("span", { class: "mp-bar-track", "aria-hidden": "true" }, [whole, part]), count,
    ]);
    whole.style.transform = `scaleX(${this.tally.whole[bin] / this.most})`;
    return { bin, name, button, whole, part, count };
  }

  /** @param {boolean} unfolded whether all bars are seen */
  unfold(unfolded) {
    this.unfolded = unfolded;
    this.bars.forEach(({ button }, index) => { button.hidden = index >= FEW && !unfolded; });
    this.more.hidden = this.bars.length <= FEW;
    this.more.setAttribute("aria-expanded", String(unfolded));
    setText(this.more, unfolded ? say("atlas_fewer") : say("atlas_more", { n: number(this.bars.length - FEW) }));
    this.write();
  }

  /** @param {number} bin */
  toggle(bin) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(bin)) chosen.add(bin);
    this.set(chosen.size ? { names: [...chosen].map((each) => this.names[each]) } : null);
  }

  /**
   * @override
   * @param {Filter | null} filter
   */
  set(filter) {
    const names = filter && "names" in filter ? filter.names : [];
    this.chosen = new Set(this.names.flatMap((name, bin) => (names.includes(name) ? [bin] : [])));
    for (const { bin, button } of this.bars) button.setAttribute("aria-pressed", String(this.chosen.has(bin)));
    super.set(this.chosen.size ? filter : null);
  }

  /** @override */
  keep() {
    const chosen = Uint8Array.from(this.names, (_, bin) => Number(this.chosen.has(bin)));
    this.cross.among(this.bit, this.bin, chosen);
  }

  /**
   * @override
   * @param {Theme} _theme whose colours the style sheet has
   */
  draw(_theme) {
    this.write();
  }

  /** Lengths and numbers of the bars that are seen. */
  write() {
    const { counts } = this.tally;
    for (const { bin, part, count, button } of this.bars) {
      if (button.hidden) continue;
      part.style.transform = `scaleX(${counts[bin] / this.most})`;
      setText(count, number(counts[bin]));
    }
  }
}
