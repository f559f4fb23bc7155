// The card of a chapter: what a change was, what was noted, and at the end what was seen, how sure, and what was not.

/** @import { Chapter } from "./chapters.js" */
/** @import { Replay, Scene, Telling } from "./types.js" */

import { make } from "./dom.js";
import { listAt } from "./lists.js";
import { listOf, mostChanged } from "./sides.js";
import { categoryName, stepsAround, told } from "./telling.js";
import { mixesAround } from "./verdict.js";
import { date, number, percent, say } from "./words.js";

const NAMED = 4; // categories with a name under the bars
const SEEN = 0.005; // share of a mix that is wide enough for a bar
const LISTS = 5; // seconds that two lists are looked at beside what is read

/**
 * The name of a chapter.
 *
 * @param {Chapter} chapter
 * @param {Replay} replay
 */
export function nameOf({ kind, step, change }, replay) {
  if (kind === "change") return say("stage_change", { n: number(change + 1), count: number(replay.changes.length), event: number(step + 1) });
  return say(`stage_${kind}`, { event: number(step + 1) });
}

/**
 * When an event was, where that is known.
 *
 * @param {Replay} replay
 * @param {number} step
 */
export function whenOf(replay, step) {
  return replay.ordinal ? "" : date(replay.time[step]);
}

/**
 * What is read on a card: sentences, one below the other.
 *
 * @param {Chapter} chapter
 * @param {Replay} replay
 * @param {Telling | null} story
 * @returns {string[]}
 */
export function sentences({ kind, change, notes }, replay, story) {
  if (kind === "note") return notes;
  if (kind === "begin") return [story?.begin ?? beginning(replay)];
  if (kind === "change") return [turn(replay, story, change), ofList(replay, change)].filter(Boolean);
  return [story?.verdict ?? say(replay.changes.length ? "stage_changes" : "stage_nothing", { n: number(replay.changes.length) })];
}

/**
 * Seconds beside those of reading.
 *
 * @param {Chapter} chapter
 */
export function lookingAt({ kind }) {
  return kind === "change" ? LISTS : 0;
}

/** @param {Replay} replay */
function beginning(replay) {
  const events = number(replay.steps);
  if (replay.ordinal) return say("stage_events", { events });
  return say("stage_span", { events, from: whenOf(replay, 0), to: whenOf(replay, replay.steps - 1) });
}

/**
 * @param {Replay} replay
 * @param {Telling | null} story
 * @param {number} change
 */
function turn(replay, story, change) {
  const { from, to } = replay.changes[change];
  return story?.turns[change] ?? (from.length && to.length ? say("stage_turn", { from: from[0], to: to[0] }) : "");
}

/**
 * @param {Replay} replay
 * @param {number} change
 */
function ofList(replay, change) {
  const [, after] = stepsAround(replay, change);
  const nothing = replay.shapes.list_item[1] > 0 && !hasLists(replay); // all was had, and what was had is hidden
  return nothing ? say("ranking_empty") : told(replay, mixesAround(replay, change), after);
}

/** @param {Replay} replay */
export function hasLists(replay) {
  return replay.shapes.list_item[1] > 0 && (listAt(replay, replay.steps - 1).length > 0 || listAt(replay, 0).length > 0);
}

/**
 * @param {Chapter} chapter
 * @param {Replay} replay
 * @param {Telling | null} story
 * @param {Scene} scene
 */
export function makeCard(chapter, replay, story, scene) {
  const when = whenOf(replay, chapter.step);
  const head = make("h3", { class: "mp-card-head", text: [nameOf(chapter, replay), when].filter(Boolean).join(" · ") });
  const card = make("article", { class: "mp-card", "data-kind": chapter.kind, "data-testid": "card" }, [head]);
  const [first, second] = sentences(chapter, replay, story);
  card.append(make("p", { class: "mp-card-text", text: first ?? "" }));
  if (chapter.kind === "change") card.append(...compared(replay, chapter.change, second ?? "", scene));
  else if (second) card.append(make("p", { class: "mp-card-more", text: second }));
  if (chapter.kind === "note") card.append(...chapter.notes.slice(2).map((text) => make("p", { class: "mp-card-more", text })));
  if (chapter.kind === "end") card.append(...closing(story, hasLists(replay)));
  return card;
}

/**
 * Two bars, two lists, and what is to be said of the lists.
 *
 * @param {Replay} replay
 * @param {number} change
 * @param {string} sentence
 * @param {Scene} scene
 */
function compared(replay, change, sentence, scene) {
  const [before, after] = stepsAround(replay, change);
  /** @type {HTMLElement[]} */
  const parts = [];
  if (replay.categories.length) parts.push(bars(replay, change, scene));
  if (hasLists(replay)) {
    parts.push(make("div", { class: "mp-card-lists" }, [
      listOf(replay, "A", [before, after], scene), listOf(replay, "B", [after, before], scene),
    ]));
  }
  return [...parts, make("p", { class: "mp-card-verdict", "data-testid": "card-verdict", text: sentence })];
}

/**
 * @param {Replay} replay
 * @param {number} change
 * @param {Scene} scene
 */
function bars(replay, change, scene) {
  const mixes = mixesAround(replay, change);
  const rows = mixes.map((mix, place) => {
    const parts = mix.flatMap((share, index) => (share < SEEN ? [] : [
      make("span", { style: `flex:${share} 0 0;background:${scene.lanes[index].colour}`, title: categoryName(replay, index) }),
    ]));
    return make("div", { class: "mp-card-bar" }, [
      make("span", { class: "mp-card-side", text: say(place ? "stage_after" : "stage_before") }), make("div", { class: "mp-card-parts" }, parts),
    ]);
  });
  const [was, is] = mixes;
  const names = mostChanged(mixes, NAMED).map((index) => make("span", { class: "mp-card-name" }, [
    make("span", { class: "mp-swatch", style: `background:${scene.lanes[index].colour}` }),
    make("span", { class: "mp-card-category", text: categoryName(replay, index) }),
    make("span", { class: "mp-number", text: `${percent(was[index])} → ${percent(is[index])}` }),
  ]));
  return make("div", { class: "mp-card-mixes" }, [...rows, make("div", { class: "mp-card-names" }, names)]);
}

/**
 * @param {Telling | null} story
 * @param {boolean} modelled whether there is anything of a model
 */
function closing(story, modelled) {
  const usual = ["stage_caution", ...(modelled ? ["stage_model"] : [])].map((key) => say(key));
  const cautions = story?.cautions.length ? story.cautions : usual;
  const sure = story?.sure ? [make("h4", { text: say("stage_sure") }), make("p", { class: "mp-card-more", text: story.sure })] : [];
  return [...sure, make("h4", { text: say("stage_not") }), ...cautions.map((text) => make("p", { class: "mp-card-more", text }))];
}
