import assert from "node:assert/strict";
import test from "node:test";

import { Clock } from "../../../core/player/page/js/clock.js";

/** A clock that plays from the start, its first frame seen at 0. */
function playing(steps, settings = {}) {
  const clock = Object.assign(new Clock(steps, 0), settings);
  clock.play();
  clock.tick(0);
  return clock;
}

test("by event, four events pass in a second at speed 1", () => {
  const clock = playing(100);
  for (let now = 250; now <= 1000; now += 250) clock.tick(now);
  assert.equal(clock.position, 4);
  assert.equal(clock.step, 4);
});

test("speed and ease multiply", () => {
  const clock = playing(100, { speed: 2, ease: () => 0.5 });
  clock.tick(250);
  assert.equal(clock.position, 1);
});

test("a tab that was hidden does not leap", () => {
  const clock = playing(100);
  clock.tick(60_000);
  assert.equal(clock.position, 1);
});

test("by time, the whole history takes a minute", () => {
  const clock = playing(3, { byTime: true, places: Float64Array.of(0, 0.25, 1) });
  for (let now = 250; now <= 15_000; now += 250) clock.tick(now);
  assert.ok(Math.abs(clock.position - 1) < 1e-6);
  assert.equal(clock.pace(Float64Array.of(0, 120_000)), 2000);
});

test("at the end it halts, or begins anew in a loop; playing from the end begins anew", () => {
  const clock = playing(2);
  for (const now of [250, 500]) clock.tick(now);
  assert.deepEqual([clock.position, clock.playing], [1, false]);
  clock.play();
  assert.deepEqual([clock.position, clock.playing], [0, true]);
  const looping = playing(2, { loop: true });
  for (const now of [250, 500]) looping.tick(now);
  assert.equal(looping.playing, true);
  assert.ok(looping.position < 1);
});

test("a jump is kept inside the history and on an event; at rest the playhead stands on one", () => {
  const clock = new Clock(10, 0);
  for (const [asked, step] of [[3.4, 3], [-5, 0], [99, 9], [NaN, 0]]) {
    clock.jump(asked);
    assert.equal(clock.position, step);
  }
  clock.position = 4.7;
  clock.pause();
  assert.equal(clock.position, 4);
});

test("one event alone does not play", () => {
  const clock = new Clock(1, 0);
  clock.play();
  assert.equal(clock.playing, false);
});
