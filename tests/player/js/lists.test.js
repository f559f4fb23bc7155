import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { listAt, scoreBounds, shortened } from "../../../core/player/page/js/lists.js";
import { lookedAt } from "../../../core/player/page/js/lookback.js";
import { move } from "../../../core/player/page/js/ranking.js";
import { judge, mixAt, mixesAround } from "../../../core/player/page/js/verdict.js";
import { speak } from "../../../core/player/page/js/words.js";

/** Two steps, two categories, lists of three; the user went from category 0 to 1. */
const REPLAY = {
  categories: ["old", "new"],
  rest: -1,
  mix: Float32Array.of(1, 0, 0.25, 0.75),
  change_mix: Float32Array.of(0.9, 0.1, 0.2, 0.8),
  item_category: Int16Array.of(0, 0, 1, 1),
  list_item: Int32Array.of(0, 1, -1, 0, 1, 2),
  list_score: Float32Array.of(3, 2, 0, 5, 4, 1),
  shapes: { list_item: [2, 3] },
};

beforeEach(() => speak({ lang: "en", move_new: "new" }));

test("a list ends where there are no more items", () => {
  assert.deepEqual([listAt(REPLAY, 0), listAt(REPLAY, 1)], [[0, 1], [0, 1, 2]]);
});

test("bounds of scores hold over all steps, and never fall together", () => {
  assert.deepEqual(scoreBounds(REPLAY), [1, 5]);
  assert.deepEqual(scoreBounds({ list_item: Int32Array.of(2, -1), list_score: Float32Array.of(4, 0) }), [3, 4]);
  assert.deepEqual(scoreBounds({ list_item: Int32Array.of(-1), list_score: Float32Array.of(0) }), [0, 1]);
});

test("a long title is cut between letters", () => {
  assert.equal(shortened("short"), "short");
  assert.equal([...shortened("😀".repeat(80))].length, 60);
  assert.ok(shortened("😀".repeat(80)).endsWith("😀…"));
});

test("a rank tells how it moved", () => {
  assert.deepEqual(move(0, 3, false), ["▲3", "up"]);
  assert.deepEqual(move(3, 0, false), ["▼3", "down"]);
  assert.deepEqual(move(2, 2, false), ["–", "same"]);
  assert.deepEqual(move(2, undefined, false), ["new", "new"]);
  assert.deepEqual(move(2, undefined, true), ["", "same"]);
});

test("what was looked back on is read from its view and step", () => {
  const replay = {
    attention_index: Int32Array.of(0, -1, 1, 0, 0, -1, 0, 1),
    attention_weight: Uint16Array.of(65535, 0, 39321, 26214, 65535, 0, 13107, 52428),
    shapes: { attention_index: [2, 2, 2] },
  };
  assert.deepEqual(lookedAt(replay, 0, 0), [{ event: 0, weight: 1 }]);
  assert.deepEqual(lookedAt(replay, 1, 1).map(({ event }) => event), [0, 1]);
  assert.ok(Math.abs(lookedAt(replay, 0, 1)[0].weight - 0.6) < 1e-9);
});

test("a mix is that of its step", () => {
  assert.deepEqual(mixAt(REPLAY, 1), [0.25, 0.75]);
});

test("around a change the mixes are those of whole stretches", () => {
  assert.deepEqual(mixesAround(REPLAY, 0).flat().map((share) => Math.round(10 * share) / 10), [0.9, 0.1, 0.2, 0.8]);
});

/** @param {number[]} categories of the items, of which the list at step 1 has the first three */
const listing = (...categories) => judge({ ...REPLAY, item_category: Int16Array.from(categories) }, [[0.9, 0.1, 0], [0.1, 0.7, 0.2]], 1);

test("a list has followed where it is nearer to the new mix and serves its largest interest", () => {
  const { key, found } = listing(1, 1, 2);
  assert.equal(key, "verdict_new");
  assert.deepEqual(found, { old: [0], was: 0.9, is: 0.1, top: 1, share: 0.7, serving: 0, topped: 2, listed: 3 });
  assert.equal(listing(0, 0, 0).key, "verdict_old");
  assert.equal(listing(0, 1, 0).key, "verdict_old");
});

test("a list that serves neither the old nor the new interest has not followed", () => {
  assert.equal(listing(2, 2, 2).key, "verdict_neither");
  assert.equal(listing(-1, -1, -1).key, "verdict_neither");
  assert.equal(listing(0, 2, 2).key, "verdict_partly");
});

test("where nothing was lost, or there are no categories, there is nothing to judge", () => {
  assert.deepEqual(judge(REPLAY, [[1, 0], [1, 0]], 1), { key: "verdict_same", found: null });
  assert.deepEqual(judge({ ...REPLAY, categories: [] }, [[], []], 1), { key: "verdict_none", found: null });
});

test("without a model the mixes are told, and nothing of lists", () => {
  const bare = { ...REPLAY, list_item: Int32Array.of(), shapes: { list_item: [2, 0] } };
  const mixes = mixesAround(bare, 0);
  const { key, found } = judge(bare, mixes, 1);
  assert.equal(key, "verdict_alone");
  assert.deepEqual([found?.old, found?.top, found?.listed], [[0], 1, 0]);
  assert.equal(judge({ ...bare, categories: [] }, [[], []], 1).key, "verdict_none_here");
});
