// The one playhead: a position between 0 and the last step, and how it moves.

import { placeAt, positionAt } from "./axis.js";

const EVENTS_A_SECOND = 4; // at speed 1, by event
const SECONDS_IN_ALL = 60; // at speed 1, by time: the whole history

export class Clock {
  /**
   * @param {number} steps
   * @param {number} step where it stands
   */
  constructor(steps, step) {
    this.steps = steps;
    this.position = step;
    this.playing = false;
    this.speed = 1;
    this.byTime = false;
    this.loop = false;
    /** @type {Float64Array | null} */
    this.places = null; // of the steps on the axis, for playing by time
    /** @type {number | null} */
    this.last = null;
    /** @type {(position: number) => number} */
    this.ease = () => 1; // slower or faster at some positions
  }

  /** The event that has just happened. */
  get step() {
    return Math.min(Math.floor(this.position + 1e-9), this.steps - 1);
  }

  /**
   * Put the playhead on a step, kept inside the history.
   *
   * @param {number} step
   */
  jump(step) {
    const whole = Number.isFinite(step) ? Math.round(step) : 0;
    this.position = Math.max(0, Math.min(this.steps - 1, whole));
  }

  play() {
    if (this.steps < 2) return;
    if (this.position >= this.steps - 1) this.position = 0;
    this.playing = true;
    this.last = null;
  }

  pause() {
    this.playing = false;
    this.position = this.step; // at rest it stands on an event
  }

  /**
   * Move on to the moment `now`.
   *
   * @param {number} now in milliseconds
   */
  tick(now) {
    const seconds = this.last === null ? 0 : Math.min(0.25, (now - this.last) / 1000); // a hidden tab does not leap
    this.last = now;
    if (!this.playing) return;
    this.position = this.byTime && this.places ? this.later(seconds, this.places) : this.position + seconds * this.speed * EVENTS_A_SECOND * this.ease(this.position);
    if (this.position < this.steps - 1) return;
    if (this.loop) this.position = 0;
    else {
      this.position = this.steps - 1;
      this.playing = false;
    }
  }

  /**
   * @param {number} seconds
   * @param {Float64Array} places
   */
  later(seconds, places) {
    const place = placeAt(places, this.position) + (seconds * this.speed) / SECONDS_IN_ALL;
    return place >= places[this.steps - 1] ? this.steps - 1 : Math.max(this.position, positionAt(places, place));
  }

  /**
   * Real milliseconds that pass in a second of playing by time on an unfolded axis.
   *
   * @param {Float64Array} time
   */
  pace(time) {
    return ((time[time.length - 1] - time[0]) * this.speed) / SECONDS_IN_ALL;
  }
}
