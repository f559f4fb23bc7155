import assert from "node:assert/strict";
import test from "node:test";

import { placeOfTime } from "../../../core/player/page/js/axis.js";
import { layOut } from "../../../core/player/page/js/layout.js";
import { namesUnder, paintSigns, ROW, signsOf, tellMarkers } from "../../../core/player/page/js/markers.js";
import { speak } from "../../../core/player/page/js/words.js";

const DAY = 86400e3;
speak({ lang: "en", marker_release: "Release", marker_campaign: "Campaign", markers_told: "Markers ({n}): {names}" });

/** A marker that begins and ends on a day, and its number. */
const marker = (number, start, end = start, kind = "release", note = "") => ({ number, kind, start: start * DAY, end: end * DAY, note });
/** An axis of 100 days, ten pixels each. */
const laid = (...markers) => signsOf(markers, [0, 100 * DAY], (time) => (10 * time) / DAY, 1000);

test("a moment lies between the events around it, as far as its share of the pause", () => {
  const [places, time] = [Float64Array.of(0, 0.2, 1), Float64Array.of(0, 10, 20)];
  assert.ok(Math.abs(placeOfTime(places, time, 15) - 0.6) < 1e-12);
  assert.deepEqual([-5, 0, 20, 25].map((moment) => placeOfTime(places, time, moment)), [0, 0, 1, 1]);
});

test("what lies outside of an axis is not on it, and a while is cut at its ends", () => {
  const signs = laid(marker(1, -9, -1), marker(2, -9, 5), marker(3, 50), marker(4, 99, 200), marker(5, 101));
  assert.deepEqual(signs.map((sign) => [sign.marker.number, sign.from, sign.to]), [[2, 0, 50], [3, 500, 500], [4, 990, 1000]]);
});

test("no more than thirty are drawn, and each has the room until the next", () => {
  assert.equal(laid(...Array.from({ length: 40 }, (_, at) => marker(at, at))).length, 30);
  const [late, early] = [marker(1, 60), marker(2, 20)];
  assert.deepEqual(laid(late, early).map(({ marker: { number }, room }) => [number, room]), [[2, 391], [1, 400]]);
});

/** A pen that notes what is written and how many shapes are filled; letters are six pixels wide. */
function noting() {
  const written = [];
  const shapes = { count: 0, corners: [] };
  let corners = 0;
  const context = new Proxy({
    measureText: (text) => ({ width: 6 * text.length }),
    fillText: (text, x) => written.push([text, x, x + 6 * text.length]),
    beginPath: () => { corners = 0; },
    lineTo: () => { corners += 1; },
    fill: () => { shapes.count += 1; shapes.corners.push(corners); },
  }, { get: (known, name) => known[name] ?? (() => {}), set: () => true });
  return { context, written, shapes };
}

test("names never run into each other, and what stands on another keeps its line alone", () => {
  for (const gap of [0, 1, 2, 5, 15]) {
    const { context, written, shapes } = noting();
    const signs = laid(...Array.from({ length: 6 }, (_, at) => marker(at + 1, 10 + gap * at, 10 + gap * at, "release", "a long note of what it was")));
    paintSigns(context, signs, { top: 0, row: 100 }, { text: "", muted: "", font: "" });
    for (let at = 1; at < written.length; at += 1) assert.ok(written[at][1] >= written[at - 1][2], `at ${gap} days: ${written}`);
    const numbers = written.map(([text]) => Number(text.split(" ")[0]));
    assert.deepEqual(numbers, gap > 1 ? [1, 2, 3, 4, 5, 6] : [6]);
    assert.equal(shapes.count, gap ? 6 : 1);
  }
});

test("each kind has a sign of its own", () => {
  const { context, shapes } = noting();
  paintSigns(context, laid(...["release", "campaign", "redesign", "other"].map((kind, at) => marker(at, 20 * at, 20 * at, kind))), { top: 0, row: 100 }, { text: "", muted: "", font: "" });
  assert.deepEqual(shapes.corners, [3, 4, 4, 0]); // a square and a diamond both have four
});

test("what is pointed at is named, a while also beside its sign; a text tells all", () => {
  const signs = laid(marker(1, 20), marker(2, 50, 70, "campaign", "Sale"));
  assert.equal(namesUnder(signs, 202, false), "1 Release Jan 21, 1970");
  assert.equal(namesUnder(signs, 210, false), "");
  assert.equal(namesUnder(signs, 650, true), "2 Campaign Feb 20, 1970 – Mar 12, 1970: Sale");
  assert.equal(namesUnder(signs, 650, false), "");
  assert.equal(tellMarkers([marker(1, 20)]), ". Markers (1): 1 Release Jan 21, 1970");
  assert.equal(tellMarkers([]), "");
});

test("only with markers the timeline has a row for them", () => {
  const [without, with_] = [layOut(800, 3, true), layOut(800, 3, true, false, ROW)];
  assert.ok(with_.height > without.height && with_.signs.h === ROW && without.signs.h === 0);
  assert.ok(with_.axis.y >= with_.signs.y + ROW);
});
