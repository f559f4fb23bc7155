// The chapters of a history that is presented: where it begins, each change, each note, where it ends.

/** @import { Replay } from "./types.js" */

const EVENTS_A_SECOND = 3; // that a stretch is played at, where its length allows
const [SHORTEST, LONGEST] = [3, 12]; // seconds of a stretch
const [GLANCE, A_WORD, READ] = [4, 0.28, 24]; // seconds that a card rests: at least, for each word, at most
const ROWS_REST = 2.5; // seconds that the rows of the list rest while the history plays

/**
 * @typedef {{ kind: "begin" | "change" | "note" | "end", step: number, change: number, notes: string[] }} Chapter
 * `change`: which of the changes, -1 for other kinds.
 */

/**
 * All chapters in the order of their steps; on one step a change comes before a note.
 *
 * @param {Pick<Replay, "steps" | "changes" | "notes">} replay
 * @returns {Chapter[]}
 */
export function chaptersOf({ steps, changes, notes }) {
  /** @type {Chapter[]} */
  const between = changes.map(({ event }, change) => ({ kind: "change", step: event, change, notes: [] }));
  for (const step of new Set(notes.map((note) => note.step))) {
    between.push({ kind: "note", step, change: -1, notes: notes.filter((note) => note.step === step).map(({ text }) => text) });
  }
  between.sort((a, b) => a.step - b.step || Number(a.kind === "note") - Number(b.kind === "note"));
  const ends = /** @type {const} */ (["begin", "end"]).map((kind) => ({ kind, step: kind === "begin" ? 0 : steps - 1, change: -1, notes: [] }));
  return [ends[0], ...between.filter(({ step }) => step >= 0 && step < steps), ends[1]];
}

/**
 * Seconds that the way from one chapter to the next is played.
 *
 * @param {number} events
 */
export function lengthOf(events) {
  return events > 0 ? Math.max(SHORTEST, Math.min(LONGEST, events / EVENTS_A_SECOND)) : 0;
}

/**
 * Seconds that a text can be read in; where words are not parted by spaces two characters count as one.
 *
 * @param {string} text
 */
export function timeToRead(text) {
  const words = text.split(/\s+/).reduce((sum, word) => sum + Math.max(1, (word.match(/[\u3040-\u9fff\uac00-\ud7af]/g) ?? []).length / 2), 0);
  return Math.max(GLANCE, Math.min(READ, A_WORD * words));
}

/** A story on its way: the chapter that it is at or has passed, and whether its card is read or the history plays on. */
export class Story {
  at = 0;
  position = 0;
  resting = true; // a card is read
  held = false; // until someone goes on
  left = 0; // seconds of the card
  listed = 0; // step of the list that is shown
  since = 0; // seconds since it was
  over = false; // the last card was read

  /**
   * `reading(chapter)` tells how many seconds its card rests.
   *
   * @param {Chapter[]} chapters
   * @param {(chapter: Chapter) => number} reading
   */
  constructor(chapters, reading) {
    this.chapters = chapters;
    this.reading = reading;
    this.go(0);
  }

  get chapter() {
    return this.chapters[this.at];
  }

  /** The event that has happened last. */
  get step() {
    return Math.floor(this.position + 1e-9);
  }

  /**
   * Show a chapter, the nearest where there is none of that number.
   *
   * @param {number} number from 0
   */
  go(number) {
    this.at = Math.max(0, Math.min(this.chapters.length - 1, Number.isNaN(number) ? 0 : Math.round(number)));
    this.position = this.chapter.step;
    this.listed = this.chapter.step;
    this.resting = true;
    this.over = false;
    this.left = this.reading(this.chapter);
  }

  /** On to what comes next: from a card to the way on, from the way on to its end. */
  next() {
    this.go(this.at + 1);
  }

  /** Back to the chapter before, or from the way on to the chapter that it left. */
  back() {
    this.go(this.resting ? this.at - 1 : this.at);
  }

  /**
   * Let some seconds pass; whether anything moved.
   *
   * @param {number} seconds
   */
  pass(seconds) {
    if (this.held || this.over) return false;
    if (this.resting) this.read(seconds);
    else this.play(seconds);
    return true;
  }

  /** @param {number} seconds */
  read(seconds) {
    this.left -= seconds;
    if (this.left > 0) return;
    if (this.at === this.chapters.length - 1) this.over = true;
    else {
      this.resting = false;
      this.since = 0;
    }
  }

  /** @param {number} seconds */
  play(seconds) {
    const [from, to] = [this.chapter.step, this.chapters[this.at + 1].step];
    const length = lengthOf(to - from);
    this.position = length ? this.position + (seconds / length) * (to - from) : to;
    if (this.position >= to) return this.go(this.at + 1);
    this.since += seconds;
    if (this.since < ROWS_REST) return undefined;
    this.since = 0;
    this.listed = this.step;
    return undefined;
  }
}

/**
 * The chapter that a link asks for, from 1, as it is counted here; the first for one that there is not.
 *
 * @param {number} asked
 * @param {number} count
 */
export function opened(asked, count) {
  return Number.isInteger(asked) && asked >= 1 && asked <= count ? asked - 1 : 0;
}
