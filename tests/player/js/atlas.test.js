import assert from "node:assert/strict";
import test from "node:test";

import { alongOf, barsOf, brushed, grabbed, snapped } from "../../../core/player/page/js/bins.js";
import { Crossfilter, LASSO } from "../../../core/player/page/js/crossfilter.js";
import { crowdAt, paintCrowd, played } from "../../../core/player/page/js/crowd.js";
import { contour, contours, counted, pooled, smoothed } from "../../../core/player/page/js/density.js";
import { Finder } from "../../../core/player/page/js/finder.js";
import { arrowAt, arrowsOf, tellFlow, trendAt } from "../../../core/player/page/js/flows.js";
import { layLabels } from "../../../core/player/page/js/labels.js";
import { neighbours } from "../../../core/player/page/js/near.js";
import { dot, dots, outlines, packed, painted, place } from "../../../core/player/page/js/pixels.js";
import { carried } from "../../../core/player/page/js/rows.js";
import { speak } from "../../../core/player/page/js/words.js";

/** Numbers from 0 to 1, the same ones each time. */
function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

test("whatever filters are set and cleared, counts are those of a count anew", () => {
  const next = random(7);
  const count = 400;
  const columns = [0, 1, 2].map(() => alongOf({ kind: "number", range: [0, 100] }, Float32Array.from({ length: count }, () => (next() < 0.1 ? NaN : next() * 100))));
  const cross = new Crossfilter(count);
  const tallies = columns.map(({ bin, bins }, index) => cross.tally(1 << index, bin, bins));
  const filters = new Map();
  for (let round = 0; round < 200; round += 1) {
    const at = Math.floor(next() * 4);
    const bit = at < 3 ? 1 << at : LASSO;
    if (next() < 0.25) {
      cross.clear(bit);
      filters.delete(bit);
    } else if (at < 3) {
      const ends = [next(), next()].sort((a, b) => a - b);
      cross.range(bit, columns[at].place, ends);
      filters.set(bit, (row) => columns[at].place[row] >= ends[0] && columns[at].place[row] <= ends[1]);
    } else {
      const marked = Uint8Array.from({ length: count }, () => Number(next() < 0.5));
      cross.only(bit, marked);
      filters.set(bit, (row) => marked[row] === 1);
    }
    const passes = (row, own) => [...filters].every(([each, keeps]) => each === own || keeps(row));
    const rows = [...Array(count).keys()];
    assert.deepEqual(cross.rows(), rows.filter((row) => passes(row, 0)));
    assert.equal(cross.passing, cross.rows().length);
    tallies.forEach(({ counts, bin, bit: own }) => {
      const fresh = new Int32Array(counts.length);
      for (const row of rows) if (passes(row, own)) fresh[bin[row]] += 1;
      assert.deepEqual(counts, fresh);
    });
  }
});

test("names are counted apart, and those without one in the last bar; owners are whose points pass", () => {
  const cross = new Crossfilter(4);
  const bin = barsOf(Int16Array.of(0, 1, -1, 0), 2);
  assert.deepEqual([...cross.tally(1, bin, 2).whole], [2, 1, 1]);
  cross.among(1, bin, Uint8Array.of(0, 1, 1));
  assert.deepEqual(cross.rows(), [1, 2]);
  assert.deepEqual([...cross.owners(Int32Array.of(2, 0, -1, 1), 3)], [1, 0, 0]);
});

test("few whole numbers have a bar each, skewed ones a logarithm, and a place leads back to its number", () => {
  const stars = alongOf({ kind: "number", range: [1, 5] }, Float32Array.of(1, 5, 3, NaN));
  assert.deepEqual([stars.bins, [...stars.bin]], [5, [0, 4, 2, 5]]);
  assert.deepEqual([snapped([0.25, 0.5], 5), snapped([0.2, 0.6], 5)], [[0.2, 0.6], [0.2, 0.6]], "a brush holds whole bars");
  const skewed = alongOf({ kind: "number", range: [0, 1000] }, Float32Array.of(0.5, 1.5, 2.5, 40, 50, 1000));
  assert.ok(skewed.log && skewed.bin[2] > 5);
  assert.ok(!alongOf({ kind: "number", range: [0, 1000] }, Float32Array.of(1, 300, 500, 700, 999.5)).log);
  assert.ok(Math.abs(skewed.valueAt(skewed.place[1]) - 1.5) < 1e-3);
  const once = alongOf({ kind: "time", range: [5, 5] }, Float64Array.of(5, 5));
  assert.deepEqual([...once.bin], [0, 0], "one time alone");
});

test("a brush is drawn, pulled at an end or moved whole, within the axis", () => {
  assert.deepEqual(brushed(grabbed(null, 0.4, 0.01), 0.2), [0.2, 0.4]);
  assert.deepEqual(brushed(grabbed([0.2, 0.4], 0.4, 0.01), 0.9), [0.2, 0.9]);
  assert.deepEqual(brushed(grabbed([0.2, 0.4], 0.2, 0.01), 0.7), [0.4, 0.7], "an end that is pulled past the other");
  assert.deepEqual(brushed(grabbed([0.25, 0.5], 0.3, 0.01), 3), [0.75, 1]);
  assert.deepEqual(brushed(grabbed([0.2, 0.4], 0.9, 0.01), 0.8), [0.8, 0.9], "beside it a new one begins");
});

/** Four points in a window of 10 x 10, the last outside. */
function placed() {
  const points = { xy: Float32Array.of(1, 9, 5, 5, 5, 5, 50, 50), state: Uint8Array.of(1, 0, 1, 1) };
  const found = { order: painted(points.state), at: new Int32Array(4), small: 1, large: 3, width: 10, height: 10 };
  place(found, points, { scale: 1, dx: 0, dy: 10 }, 1);
  return { ...found, ...points };
}

test("points lie where the map says, states below items, and those outside nowhere", () => {
  const { order, at, state, ...rest } = placed();
  assert.deepEqual([[...order], at[1], at[3]], [[0, 2, 3, 1], 44, -1]);
  const pixels = new Uint32Array(100).fill(packed([255, 255, 255]));
  const shades = { colours: [[255, 0, 0], [0, 0, 255]], of: Int16Array.of(0, 1, 0, 0) };
  dots(pixels, { order, at, ...rest }, shades, state, Int32Array.of(1, 0, 0, 0), false);
  assert.equal(pixels[at[0]], packed([255, 255, 255]), "one that does not pass");
  assert.ok((pixels[at[2]] >>> 16 & 255) > (pixels[at[2]] & 255), "the item lies over the state");
  outlines(pixels, { order, at, ...rest }, shades, { marked: Uint8Array.of(0, 1, 0, 0), failed: new Int32Array(4) }, packed([0, 0, 0]));
  assert.deepEqual([pixels[22], pixels[44]], [packed([0, 0, 0]), packed([0, 0, 255])]);
});

test("a dot is mixed with what lies under it", () => {
  const pixels = Uint32Array.of(packed([0, 0, 0]), packed([200, 100, 50]));
  dot(pixels, 2, 0, 1, packed([200, 100, 50]), 128);
  dot(pixels, 2, 1, 1, packed([1, 2, 3]), 256);
  assert.deepEqual([...pixels], [packed([100, 50, 25]), packed([1, 2, 3])]);
});

test("density counts what passes, and smoothing keeps the sum away from edges", () => {
  const grid = counted(placed(), Int32Array.of(0, 0, 4, 0), 2);
  assert.deepEqual([grid.total, grid.cells.reduce((sum, cell) => sum + cell)], [2, 2]);
  const fewer = pooled({ ...grid, cells: Float32Array.from(grid.cells, (_, at) => at), width: 5, height: 5 }, 2);
  assert.deepEqual([fewer.width, fewer.side, fewer.cells[0], fewer.cells[8]], [3, 4, 0 + 1 + 5 + 6, 24]);
  const wide = { cells: new Float32Array(441), width: 21, height: 21, side: 1 };
  wide.cells[10 * 21 + 10] = 9;
  smoothed(wide, 2);
  assert.ok(Math.abs(wide.cells.reduce((sum, cell) => sum + cell) - 9) < 1e-4);
  assert.ok(Math.abs(wide.cells[10 * 21 + 8] - wide.cells[8 * 21 + 10]) < 1e-6);
  const level = smoothed({ cells: new Float32Array(12).fill(3), width: 4, height: 3, side: 1 }, 2);
  assert.ok(level.cells.every((cell) => Math.abs(cell - 3) < 1e-5), "an edge is no slope");
  assert.ok(contours(wide).every((pieces) => pieces.length > 0));
});

test("a contour goes around what lies above its level, closed", () => {
  const cells = new Float32Array(36).fill(0);
  for (const at of [14, 15, 20, 21]) cells[at] = 4;
  const pieces = contour({ cells, width: 6, height: 6, side: 10 }, 2);
  const ends = new Map();
  for (let at = 0; at < pieces.length; at += 2) ends.set(`${pieces[at]},${pieces[at + 1]}`, (ends.get(`${pieces[at]},${pieces[at + 1]}`) ?? 0) + 1);
  assert.ok([...ends.values()].every((count) => count === 2), "each end meets one other");
  assert.ok(pieces.every((value) => value >= 20 && value <= 40));
});

test("names are laid largest first, none over another, none beyond an edge, those out of view left out", () => {
  const next = random(3);
  const clusters = Array.from({ length: 60 }, (_, index) => ({ name: `cluster ${index}`, x: next() * 400 - 50, y: next() * 300 - 50, size: 60 - index }));
  const laid = layLabels(clusters, { scale: 1, dx: 0, dy: 200 }, { width: 300, height: 200 }, (text) => [text, 70]);
  assert.equal(laid[0].text, clusters.find(({ x, y }) => x >= 0 && x <= 300 && y >= 0 && y <= 200).name);
  for (const one of laid) {
    assert.ok(one.x >= 0 && one.x + one.width <= 300 && one.y >= 9 && one.y <= 191);
    for (const other of laid) assert.ok(one === other || Math.abs(one.y - other.y) >= 18 || one.x > other.x + other.width || other.x > one.x + one.width);
  }
});

test("text is found whatever its case and accents, by title, user or category", () => {
  const points = {
    titles: ["Café crème", "Tea", "line\nbreak"], users: ["Zoë", "u2"], categories: ["Drinks"],
    title: Int32Array.of(0, 1, 2, 1), user: Int32Array.of(-1, -1, 0, 1), category: Int16Array.of(0, -1, -1, -1),
  };
  const rows = (letters) => [...new Finder(points).find(letters).hits.entries()].flatMap(([row, hit]) => (hit ? [row] : []));
  assert.deepEqual([rows("CREME"), rows("zoe"), rows("drink"), rows("e b"), rows("t"), rows("tea\nline")], [[0], [2], [0], [2], [1, 3], []]);
  assert.equal(new Finder(points).find(" ").count, 0);
  assert.equal(new Finder({ ...points, categories: [] }).find("e").count, 4, "e is in every title");
});

test("the nearest of a point stop where there are no more, and are unknown for some", () => {
  const points = { near: Int32Array.of(3, -1, 0, 2), near_distance: Float32Array.of(0.5, NaN, 0.25, 1), near_row: Int32Array.of(-1, 0, 1, -1), near_k: 2 };
  assert.deepEqual([0, 1, 2].map((row) => neighbours(points, row)), [[], [{ row: 3, distance: 0.5 }], [{ row: 0, distance: 0.25 }, { row: 2, distance: 1 }]]);
  assert.deepEqual(neighbours({}, 0), []);
});

test("the crowd goes straight from period to period, and nobody is seen before the first event", () => {
  const xy = Float32Array.of(0, 0, NaN, NaN, 2, 4, 6, 6);
  assert.deepEqual([...crowdAt(xy, 2, 0.5, new Float32Array(4))], [1, 2, NaN, NaN]);
  assert.deepEqual([...crowdAt(xy, 2, 9, new Float32Array(4))], [2, 4, 6, 6]);
  const gone = Float32Array.of(1, 1, NaN, NaN);
  assert.deepEqual([...crowdAt(gone, 1, 0.5, new Float32Array(2))], [1, 1], "one with no place later stays");
  const pixels = new Uint32Array(100);
  paintCrowd(pixels, 10, Float32Array.of(5, 5, NaN, NaN, 99, 0), (user) => user + 1, { scale: 1, dx: 0, dy: 10, side: 2 });
  assert.deepEqual([pixels[44], pixels.reduce((sum, pixel) => sum + pixel)], [1, 4]);
  assert.deepEqual([played(1, 3, 0.5), played(2.8, 3, 0.5)], [[1.5, true], [3, false]]);
});

const FLOWING = {
  clusters: [{ name: "A", x: 0, y: 0, size: 2 }, { name: "", x: 100, y: 0, size: 1 }],
  flows: [
    { period: null, from: 0, to: 1, net: -0.2, low: -0.3, high: -0.1 }, { period: null, from: 1, to: 0, net: 0.1, low: -0.1, high: 0.3 },
    { period: 1, from: 0, to: 1, net: 0.4, low: 0.2, high: 0.6 }, { period: null, from: 0, to: 9, net: 1, low: 1, high: 1 },
  ],
};
const PLAIN = { scale: 1, dx: 0, dy: 0 };

test("arrows are those of a period that are sure, or all; a negative one points the other way", () => {
  const sure = arrowsOf(FLOWING, null, "sure", PLAIN);
  assert.deepEqual(sure.map(({ from, to, sure: is }) => [from[0] > to[0], is]), [[true, true]]);
  assert.deepEqual(["all", "none"].map((wanted) => arrowsOf(FLOWING, null, wanted, PLAIN).length), [2, 0]);
  assert.equal(arrowsOf(FLOWING, 1, "sure", PLAIN).length, 1);
  assert.equal(arrowAt(sure, [50, sure[0].bend[1] / 2]), sure[0]);
  assert.equal(arrowAt(sure, [50, 90]), undefined);
});

test("a flow is told the way it goes, with its interval and how many moved; one within chance says so", () => {
  speak({ lang: "en", atlas_flow: "{from}>{to} {net} ({low} to {high})", atlas_unnamed: "c{n}", atlas_flow_unsure: "unsure", atlas_flow_users: "{movers}/{stood}" });
  assert.equal(tellFlow(FLOWING, FLOWING.flows[0]), "c2>A 20.0 (10.0 to 30.0)");
  assert.equal(tellFlow(FLOWING, FLOWING.flows[1]), "c2>A 10.0 (-10.0 to 30.0) unsure");
  assert.equal(tellFlow(FLOWING, { ...FLOWING.flows[2], sure: false, movers: 5, stood: 9 }), "A>c2 40.0 (20.0 to 60.0) 5/9 unsure");
});

test("the trend of a period is a part of the longest, of all time the whole way", () => {
  const trend = [{ dx: 3, dy: 4 }, { dx: 0, dy: -10 }];
  assert.deepEqual(trendAt(trend, 0), { dx: 0.3, dy: 0.4 });
  assert.ok(Math.abs(Math.hypot(...Object.values(trendAt(trend, null))) - 1) < 1e-9);
  assert.deepEqual(trendAt([{ dx: 0, dy: 0 }], 0), { dx: 0, dy: 0 });
});

test("few points are picked by number, many by a bit each, the first the lowest of the first byte", () => {
  assert.deepEqual(carried([3, 7], 100), { rows: [3, 7] });
  const rows = Array.from({ length: 40_000 }, (_, at) => at * 3 + 1);
  const bits = Uint8Array.from(atob(carried(rows, 120_001).bits), (letter) => letter.charCodeAt(0));
  assert.equal(bits.length, 15_001);
  assert.deepEqual([...Array(120_001).keys()].filter((row) => bits[row >> 3] & (1 << (row & 7))), rows);
});
