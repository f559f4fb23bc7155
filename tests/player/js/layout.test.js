import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { layOut, makeLanes } from "../../../core/player/page/js/layout.js";
import { edges, thin } from "../../../core/player/page/js/stream.js";
import { speak } from "../../../core/player/page/js/words.js";

const THEME = { other: "grey", primary: "blue", category: (name) => `colour of ${name}` };

beforeEach(() => speak({ lang: "en", other: "other", no_category: "no category", events: "events" }));

test("every category has a lane and a colour; only those with events have a row", () => {
  const replay = { categories: ["a", "b", ""], rest: 2, item: Int32Array.of(0, 1, 0), item_category: Int16Array.of(0, 2) };
  const { lanes, of, rows } = makeLanes(replay, THEME);
  assert.deepEqual(lanes.map(({ name, colour, row }) => [name, colour, row]), [
    ["a", "colour of a", 0], ["b", "colour of b", -1], ["other", "grey", 1],
  ]);
  assert.deepEqual([[...of], rows], [[0, 2, 0], 2]);
});

test("events without a category have a last lane, or the only one", () => {
  const some = makeLanes({ categories: ["a"], rest: -1, item: Int32Array.of(0, 1), item_category: Int16Array.of(0, -1) }, THEME);
  assert.deepEqual([some.lanes[1].name, some.lanes[1].colour, [...some.of]], ["no category", "grey", [0, 1]]);
  const none = makeLanes({ categories: [], rest: -1, item: Int32Array.of(0), item_category: Int16Array.of(-1) }, THEME);
  assert.deepEqual([none.lanes[0].name, none.lanes[0].colour, none.rows], ["events", "blue", 1]);
});

test("parts of the timeline lie below one another, and places between its edges", () => {
  for (const [width, rows, withStream] of [[320, 1, true], [900, 5, true], [1600, 12, false]]) {
    const shape = layOut(width, rows, withStream);
    const bands = [shape.arcs, shape.lanes, shape.stream, shape.axis];
    bands.slice(1).forEach((band, i) => assert.ok(band.y >= bands[i].y + bands[i].h));
    assert.equal(shape.height, shape.axis.y + shape.axis.h);
    assert.deepEqual([shape.x(0), shape.x(1)], [shape.left, width - 12]);
    assert.equal(shape.lanes.h, rows * shape.row);
    assert.equal(shape.stream.h > 0, withStream);
  }
});

test("a stream has at most about two steps a pixel, the last among them", () => {
  const kept = thin(10_001, { left: 100, right: 600 });
  assert.ok(kept.length <= 1002);
  assert.deepEqual([kept[0], kept.at(-1)], [0, 10_000]);
  assert.deepEqual(thin(3, { left: 0, right: 100 }), [0, 1, 2]);
});

test("the thickness of a stream is the share, of the whole how much is known", () => {
  const replay = { categories: ["a", "b"], half_life: 1, mix: Float32Array.of(1, 0, 0.25, 0.75) };
  const tops = edges(replay, [0, 1], 100, 50);
  const [first, second] = [0, 1].map((i) => tops.map((edge) => edge[i]));
  assert.deepEqual(first, [25, 75, 75], "after one event half is known");
  assert.deepEqual(second, [12.5, 31.25, 87.5]);
});
