import assert from "node:assert/strict";
import test from "node:test";

import { between } from "../../../core/player/page/js/paint.js";
import { Plane, within } from "../../../core/player/page/js/plane.js";
import { extent, viewOf } from "../../../core/player/page/js/view.js";
import { lastBefore, wayBetween } from "../../../core/player/page/js/ways.js";

const XY = Float32Array.of(0, 0, 4, 0, 4, 2, 0, 2);

/** A plane of those four points in a window of 400 x 200. */
function plane() {
  const seen = new Plane();
  seen.size(400, 200);
  seen.frame(XY);
  return seen;
}

test("a view has the same scale on both axes and the middle in its middle", () => {
  const view = viewOf([XY], 400, 400, 0.5);
  assert.deepEqual([view.x(2), view.y(1)], [200, 200]);
  assert.equal(view.x(4) - view.x(0), 200);
  assert.equal(view.y(0) - view.y(2), 100, "up is up");
  assert.deepEqual(extent([], 0), [0, 1]);
  assert.deepEqual(extent([XY, Float32Array.of(-1, 9)], 1), [0, 9]);
});

test("all points of a plane are seen at first, and again after `whole`", () => {
  const seen = plane();
  const { scale, dx, dy } = seen.mapping();
  assert.ok(Math.abs(2 * scale + dx - 200) < 1e-9 && Math.abs(dy - scale - 100) < 1e-9);
  seen.zoom(3, 10, 10);
  seen.pan(50, -20);
  seen.whole();
  assert.deepEqual(seen.mapping(), { scale, dx, dy });
});

test("zooming holds the place under the pointer, between its bounds", () => {
  const seen = plane();
  const under = ({ scale, dx, dy }) => [(70 - dx) / scale, (dy - 40) / scale];
  const before = under(seen.mapping());
  seen.zoom(2.5, 70, 40);
  under(seen.mapping()).forEach((value, axis) => assert.ok(Math.abs(value - before[axis]) < 1e-9));
  for (let i = 0; i < 50; i += 1) seen.zoom(2, 0, 0);
  assert.equal(seen.factor, 200);
});

test("a lasso picks the points inside it, the pointer the nearest within reach", () => {
  const seen = plane();
  const left = [[0, 0], [200, 0], [200, 200], [0, 200]];
  assert.deepEqual(seen.inside(XY, left), [0, 3]);
  const { scale, dx, dy } = seen.mapping();
  assert.equal(seen.nearest(XY, 4 * scale + dx + 3, dy - 2 * scale, 9), 2);
  assert.equal(seen.nearest(XY, 4 * scale + dx + 3, dy - 2 * scale, 9, Int32Array.of(0, 0, 4, 0)), -1, "one that is filtered away");
  assert.equal(seen.nearest(XY, 200, 100, 9), -1);
  seen.centre(4, 2, 3);
  const near = seen.mapping();
  assert.deepEqual([4 * near.scale + near.dx, near.dy - 2 * near.scale, seen.factor].map(Math.round), [200, 100, 3]);
});

test("inside a path that turns back on itself is where a ray crosses it an odd number of times", () => {
  const horseshoe = [[0, 0], [10, 0], [10, 10], [7, 10], [7, 3], [3, 3], [3, 10], [0, 10]];
  assert.equal(within(horseshoe, 1, 8), true);
  assert.equal(within(horseshoe, 5, 8), false);
  assert.equal(within(horseshoe, 20, 5), false);
});

test("a place of a scale is mixed from the colours beside it", () => {
  const scale = [[0, 0, 0], [100, 200, 0], [100, 0, 0]];
  assert.deepEqual([between(scale, 0), between(scale, 0.25), between(scale, 1)], [[0, 0, 0], [50, 100, 0], [100, 0, 0]]);
});

test("a member stands at its last event, and moves on in the last stretch before the next", () => {
  const times = Float64Array.of(0, 10, 10, 20, 5, 50);
  assert.equal(lastBefore(times, 0, 4, -1), -1);
  assert.equal(lastBefore(times, 0, 4, 10), 2);
  assert.equal(lastBefore(times, 4, 6, 49), 4);
  const pair = { span: Float64Array.of(0, 100), time: Float64Array.of(0, 50) };
  assert.deepEqual([10, 49, 49.5, 50].map((time) => wayBetween(pair, 0, 1, time)), [0, 0, 0.5, 1]);
  assert.equal(wayBetween({ ...pair, time: Float64Array.of(5, 5) }, 0, 1, 5), 0);
});
