import assert from "node:assert/strict";
import test from "node:test";

import { makeAxis, nearestStep, placeAt, positionAt } from "../../../core/player/page/js/axis.js";

const HOUR = 3600e3;
/** Two sessions of two events, a long pause, and a third. */
const REPLAY = {
  ordinal: false,
  steps: 6,
  time: Float64Array.of(0, 1, 2, 3, 100, 101).map((hours) => hours * HOUR),
  session: Int32Array.of(0, 0, 1, 1, 2, 2),
};

test("by time, places are as far apart as the events", () => {
  const { places, folds } = makeAxis(REPLAY, false);
  assert.deepEqual([places[0], places[5]], [0, 1]);
  assert.ok(Math.abs(places[3] - 3 / 101) < 1e-12);
  assert.deepEqual(folds, []);
});

test("folded, events within a session are one width apart and a long pause takes a few", () => {
  const { places, folds } = makeAxis(REPLAY, true);
  const widths = [...places].map((place, step) => (step ? place - places[step - 1] : 0)).slice(1);
  assert.ok(Math.abs(widths[0] - widths[2]) < 1e-12 && Math.abs(widths[0] - widths[4]) < 1e-12);
  assert.ok(widths[3] > widths[0] && widths[3] <= 8 * widths[0] + 1e-12);
  assert.equal(places[5], 1);
  assert.ok(folds.every(({ from, to }) => to > from));
});

test("a pause far beyond the usual one is marked with its length", () => {
  const time = Float64Array.of(0, 1, 2, 3, 4, 1000).map((hours) => hours * HOUR);
  const { folds } = makeAxis({ ordinal: false, steps: 6, time, session: Int32Array.of(0, 1, 2, 3, 4, 5) }, true);
  assert.deepEqual(folds.map(({ gap }) => gap), [996 * HOUR]);
});

test("times that are only an order, or all the same, lie evenly; one event lies in the middle", () => {
  const even = [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1];
  assert.deepEqual([...makeAxis({ ...REPLAY, ordinal: true }, true).places].map((x) => x.toFixed(6)), even.map((x) => x.toFixed(6)));
  assert.equal(makeAxis({ ...REPLAY, time: new Float64Array(6) }, false).places[1], 0.2);
  assert.deepEqual([...makeAxis({ ordinal: false, steps: 1, time: Float64Array.of(5), session: Int32Array.of(0) }, true).places], [0.5]);
});

test("position and place are each other's inverse, also where events coincide", () => {
  const places = Float64Array.of(0, 0.1, 0.1, 0.5, 1);
  for (const position of [0, 0.25, 2.5, 3, 3.75, 4]) assert.ok(Math.abs(positionAt(places, placeAt(places, position)) - position) < 1e-9);
  assert.equal(positionAt(places, 0.1), 2, "the last of those at one place");
  assert.equal(nearestStep(places, 0.29), 2);
  assert.equal(nearestStep(places, 0.31), 3);
  assert.equal(nearestStep(places, 2), 4);
});
