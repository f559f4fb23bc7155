// Which points pass which filters, a bit a filter, and counts for histograms that follow only what has changed.

/** How many of a bar there are in all (`whole`) and pass all filters but the histogram's own (`counts`); last: no value. */
/** @typedef {{ bit: number, bin: Uint16Array, whole: Int32Array, counts: Int32Array }} Tally */
/** Bars of a point in all histograms lie together: memory is read once a point, not once a histogram. */
/** @typedef {{ side: number, bins: Uint16Array }} Table */

export const MOST_COLUMNS = 27; // a filter each; what lies above are the map's own
export const LASSO = 1 << 27;
export const SEARCH = 1 << 28;
export const LEGEND = 1 << 29;

export class Crossfilter {
  active = 0; // the filters that are set
  /** @type {Tally[]} */
  tallies = [];
  /** @type {Table | null} made when it is first needed */
  table = null;

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
    this.table = null;
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
    for (let row = 0; row < fails.length; row += 1) { // without a branch: this is the filter that is pulled
      const at = place[row];
      fails[row] = Number(at < low) | Number(at > high);
    }
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
      const now = (was & ~bit) | (bit * fails[row]);
      if (now === was) continue;
      failed[row] = now;
      touched[count] = row;
      before[count] = was;
      count += 1;
    }
    this.active |= bit;
    if (count) this.follow(count);
  }

  /** @param {number} count of points that changed */
  follow(count) {
    const { failed, touched, before, tallies } = this;
    this.table ??= tabled(tallies, failed.length);
    const { side, bins } = this.table;
    for (let at = 0; at < count; at += 1) {
      const row = touched[at];
      const was = before[at];
      const now = failed[row];
      this.passing += Number(!now) - Number(!was);
      for (let index = 0; index < side; index += 1) {
        const { bit, counts } = tallies[index];
        const change = Number((now & ~bit) === 0) - Number((was & ~bit) === 0);
        if (change) counts[bins[row * side + index]] += change;
      }
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

/**
 * @param {Tally[]} tallies
 * @param {number} count of points
 * @returns {Table}
 */
function tabled(tallies, count) {
  const side = tallies.length;
  const bins = new Uint16Array(count * side);
  tallies.forEach(({ bin }, index) => {
    for (let row = 0; row < count; row += 1) bins[row * side + index] = bin[row];
  });
  return { side, bins };
}
