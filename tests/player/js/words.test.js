import assert from "node:assert/strict";
import test from "node:test";

import { date, number, percent, say, span, speak } from "../../../core/player/page/js/words.js";

test("a text is found by its key, values filled in; a key without a text is shown as it is", () => {
  speak({ lang: "en", place: "{n} of {steps}", odd: "{missing} stays" });
  assert.equal(say("place", { n: 3, steps: "12" }), "3 of 12");
  assert.equal(say("odd"), "{missing} stays");
  assert.equal(say("nowhere"), "nowhere");
});

test("numbers, shares and times read as the language writes them", () => {
  speak({ lang: "en" });
  assert.equal(number(12345.678), "12,346");
  assert.equal(number(1.5, 2), "1.50");
  assert.equal(percent(0.256), "26%");
  speak({ lang: "de" });
  assert.equal(number(12345.678), "12.346");
});

test("days are those of UTC, wherever the reader is", () => {
  speak({ lang: "en" });
  assert.equal(date(Date.UTC(2024, 0, 1, 23, 59)), "Jan 1, 2024");
  assert.match(date(Date.UTC(2024, 0, 1, 23, 59), true), /Jan 1, 2024, 11:59\sPM/);
});

test("a length of time is told in its largest whole unit", () => {
  speak({ lang: "en" });
  assert.equal(span(90 * 86400e3), "3 months");
  assert.equal(span(7200e3), "2 hours");
  assert.equal(span(900), "1 second");
  assert.equal(span(400 * 86400e3, "short"), "1 yr");
});
