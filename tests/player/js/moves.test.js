import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { cut } from "../../../core/player/page/js/dom.js";
import { keep, release, whenHere } from "../../../core/player/page/js/store.js";
import { targetOf } from "../../../core/player/page/js/travel.js";

const COURSE = { step: 5, last: 9, changes: [2, 5, 8], stride: 1 };

beforeEach(() => ["one", "other"].forEach((holder) => release(holder)));

test("buttons and keys lead to their steps", () => {
  assert.equal(targetOf("step-forward", NaN, COURSE), 6);
  assert.equal(targetOf("step-back", NaN, { ...COURSE, stride: 5 }), 0);
  assert.equal(targetOf("move", -10, COURSE), -5, "the clock keeps it inside");
  assert.equal(targetOf("jump", 3, COURSE), 3);
  assert.equal(targetOf("jump", Infinity, COURSE), 9);
});

test("change points are those before and after, never the one that is shown; without one it stays", () => {
  assert.equal(targetOf("next-change", NaN, COURSE), 8);
  assert.equal(targetOf("previous-change", NaN, COURSE), 2);
  assert.equal(targetOf("next-change", NaN, { ...COURSE, step: 8 }), 8);
  assert.equal(targetOf("previous-change", NaN, { ...COURSE, changes: [] }), 5);
});

test("who asks for a block before it is here is told when it comes", async () => {
  const bytes = Uint8Array.of(1);
  const asked = whenHere("late");
  keep("one", "late", bytes);
  assert.equal(await asked, bytes);
  assert.equal(await whenHere("late"), bytes);
});

test("a block stays while someone holds it, and goes with the last", async () => {
  keep("one", "shared", Uint8Array.of(1));
  keep("other", "shared", Uint8Array.of(1));
  release("one");
  assert.equal((await whenHere("shared")).length, 1);
  release("other");
  const gone = await Promise.race([whenHere("shared"), new Promise((resolve) => setTimeout(resolve, 5, "gone"))]);
  assert.equal(gone, "gone");
});

test("a text is cut to its width between letters", () => {
  const context = { measureText: (text) => ({ width: 10 * [...text].length }) };
  assert.equal(cut(context, "narrow", 60), "narrow");
  assert.equal(cut(context, "😀😀😀😀", 30), "😀😀…");
  assert.equal(cut(context, "wide", 5), "");
});
