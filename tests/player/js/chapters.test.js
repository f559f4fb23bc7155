import assert from "node:assert/strict";
import { test } from "node:test";

import { chaptersOf, lengthOf, opened, Story, timeToRead } from "../../../core/player/page/js/chapters.js";

const REPLAY = {
  steps: 90,
  changes: [{ event: 30, low: 28, high: 32, from: [], to: [] }, { event: 60, low: 60, high: 60, from: [], to: [] }],
  notes: [{ step: 30, text: "one" }, { step: 12, text: "two" }, { step: 30, text: "three" }],
};
const story = (seconds = 5) => new Story(chaptersOf(REPLAY), () => seconds);

test("begin, changes, notes and end are chapters in order; notes on one event are one, after its change", () => {
  const found = chaptersOf(REPLAY).map(({ kind, step, change }) => [kind, step, change]);
  assert.deepEqual(found, [["begin", 0, -1], ["note", 12, -1], ["change", 30, 0], ["note", 30, -1], ["change", 60, 1], ["end", 89, -1]]);
  assert.deepEqual(chaptersOf(REPLAY)[3].notes, ["one", "three"]);
});

test("a history of one event begins and ends at once; a note on an event that is not there is no chapter", () => {
  const only = { steps: 1, changes: [], notes: [{ step: 7, text: "lost" }] };
  assert.deepEqual(chaptersOf(only).map(({ kind }) => kind), ["begin", "end"]);
  const short = new Story(chaptersOf(only), () => 1);
  short.pass(1);
  short.pass(0.1);
  assert.equal(short.chapter.kind, "end");
});

test("a card rests while it is read, then the history plays on to the next card", () => {
  const told = story();
  assert.ok(told.pass(4.9) && told.resting && told.at === 0);
  told.pass(0.2);
  assert.ok(!told.resting && told.at === 0);
  told.pass(1);
  assert.ok(told.position > 0 && told.position < 12);
  told.pass(60);
  assert.deepEqual([told.at, told.position, told.resting], [1, 12, true]);
});

test("the rows of the list rest for two and a half seconds while the history plays", () => {
  const told = story();
  told.go(4); // 60 to 89 takes 9.7 seconds
  told.pass(5);
  const shown = new Set();
  for (let tick = 0; tick < 90; tick += 1) {
    told.pass(0.1);
    shown.add(told.listed);
  }
  assert.ok(shown.size <= 4, `${shown.size} lists in nine seconds`);
  assert.ok([...shown].every((step) => step >= 60 && step < 89));
});

test("chapters are turned in both directions and end at the ends; from the way on, back leads to the chapter it left", () => {
  const told = story();
  told.back();
  assert.equal(told.at, 0);
  told.next();
  told.pass(5.1);
  told.pass(1);
  assert.ok(!told.resting && told.step > 12);
  told.back();
  assert.deepEqual([told.at, told.step, told.resting], [1, 12, true]);
  for (let press = 0; press < 9; press += 1) told.next();
  assert.deepEqual([told.chapter.kind, told.step], ["end", 89]);
});

test("what is held stays; what was read to its end is over, and can be gone back from", () => {
  const told = story();
  told.held = true;
  assert.ok(!told.pass(100) && told.at === 0 && told.resting);
  told.held = false;
  told.go(5);
  told.pass(5.1);
  assert.ok(told.over && !told.pass(1));
  told.back();
  assert.ok(!told.over && told.at === 4);
});

test("a stretch takes three to twelve seconds, a card four to twenty-four, longer texts more", () => {
  assert.deepEqual([lengthOf(0), lengthOf(2), lengthOf(18), lengthOf(5000)], [0, 3, 6, 12]);
  assert.equal(timeToRead("Two words"), 4);
  assert.ok(timeToRead("word ".repeat(40)) > 10);
  assert.equal(timeToRead("word ".repeat(4000)), 24);
  assert.ok(timeToRead("兴趣在第十二个事件处发生了转变".repeat(6)) > 10, "words that no spaces part count too");
});

test("a chapter that there is not is the first", () => {
  assert.deepEqual([1, 3, 6].map((asked) => opened(asked, 6)), [0, 2, 5]);
  assert.deepEqual([0, 7, -1, NaN, Infinity, 2.5].map((asked) => opened(asked, 6)), [0, 0, 0, 0, 0, 0]);
  const told = story();
  for (const [asked, shown] of [[NaN, 0], [Infinity, 5], [-3, 0]]) {
    told.go(asked);
    assert.equal(told.at, shown);
  }
});
