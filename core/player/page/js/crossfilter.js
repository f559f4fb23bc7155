// Which points pass which filters, a bit a filter, and counts for histograms that follow only what has changed.

/** How many of a bar there are in all (`whole`) and pass all filters but the histogram's own (`counts`); last: no value. */
/** @typedef {{ bit: number, bin: Uint16Array, whole: Int32Array, counts: Int32Array }} Tally */

export const MOST_COLUMNS = 27; // a filter each; what lies above are the map's own
export const LASSO = 1 << 27;
export const SEARCH = 1 << 28;
export const LEGEND = 1 << 29;

export class Crossfilter {
  active = 0; // the filters that are set
  /** @type {Tally[]} */
  tallies = [];

  /** @param {number} count of points */
  constructor(count) {
    this.passing = count;
    this.failed = new Int32Array(count); // of each point, the filters that it does not pass
    this.fails = new Uint8Array(count); // of the filter that is being set
    this.touched = new Int32Array(count);
    this.before = new Int32Array(count);
  }

  /**
   * Keep counts of a histogram whose own filter is `bit`.
   *
   * @param {number} bit
   * @param {Uint16Array} bin of each point
   * @param {number} bins
   * @returns {Tally}
   */
  tally(bit, bin, bins) {
    const whole = new Int32Array(bins + 1);
    for (let row = 0; row < bin.length; row += 1) whole[bin[row]] += 1;
    const kept = { bit, bin, whole, counts: new Int32Array(bins + 1) };
    for (let row = 0; row < bin.length; row += 1) if (!(this.failed[row] & ~bit)) kept.counts[bin[row]] += 1;
    this.tallies.push(kept);
    return kept;
  }

  /**
   * Only points between two places pass.
   *
   * @param {number} bit
   * @param {Float32Array} place of each point, -1 without
   * @param {[low: number, high: number]} ends
   */
  range(bit, place, [low, high]) {
    const { fails } = this;
    for (let row = 0; row < fails.length; row += 1) fails[row] = place[row] >= low && place[row] <= high ? 0 : 1;
    this.apply(bit);
  }

  /**
   * Only points in some of the bars pass.
   *
   * @param {number} bit
   * @param {Uint16Array} bin of each point
   * @param {Uint8Array} chosen 1 for the bars
   */
  among(bit, bin, chosen) {
    const { fails } = this;
    for (let row = 0; row < fails.length; row += 1) fails[row] = chosen[bin[row]] ? 0 : 1;
    this.apply(bit);
  }

  /**
   * Only points that are marked pass.
   *
   * @param {number} bit
   * @param {Uint8Array} marked
   */
  only(bit, marked) {
    const { fails } = this;
    for (let row = 0; row < fails.length; row += 1) fails[row] = marked[row] ? 0 : 1;
    this.apply(bit);
  }

  /** @param {number} bit */
  clear(bit) {
    if (!(this.active & bit)) return;
    this.fails.fill(0);
    this.apply(bit);
    this.active &= ~bit;
  }

  /**
   * Take `fails` for a filter; counts change by the points that have.
   *
   * @param {number} bit
   */
  apply(bit) {
    const { failed, fails, touched, before } = this;
    let count = 0;
    for (let row = 0; row < failed.length; row += 1) {
      const was = failed[row];
      const now = fails[row] ? was | bit : was & ~bit;
      if (now === was) continue;
      failed[row] = now;
      touched[count] = row;
      before[count] = was;
      count += 1;
    }
    this.active |= bit;
    for (let at = 0; at < count; at += 1) this.passing += Number(!failed[touched[at]]) - Number(!before[at]);
    for (const tally of this.tallies) this.follow(tally, count);
  }

  /**
   * @param {Tally} tally
   * @param {number} count of points that changed
   */
  follow({ bit, bin, counts }, count) {
    const { failed, touched, before } = this;
    const others = ~bit;
    for (let at = 0; at < count; at += 1) {
      const row = touched[at];
      const [was, now] = [(before[at] & others) === 0, (failed[row] & others) === 0];
      if (was !== now) counts[bin[row]] += now ? 1 : -1;
    }
  }

  /** Points that pass all filters. */
  rows() {
    /** @type {number[]} */
    const rows = [];
    for (let row = 0; row < this.failed.length; row += 1) if (!this.failed[row]) rows.push(row);
    return rows;
  }

  /**
   * Of which of `count` things, such as users, a point passes.
   *
   * @param {Int32Array} of each point, -1 of none
   * @param {number} count
   */
  owners(of, count) {
    const passing = new Uint8Array(count);
    for (let row = 0; row < of.length; row += 1) if (of[row] >= 0 && !this.failed[row]) passing[of[row]] = 1;
    return passing;
  }
}
