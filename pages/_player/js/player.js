// The player: one playhead, and all views of the moment that it stands on.

import { AttentionList, lookedAt } from "./attention.js";
import { makeAxis } from "./axis.js";
import { BeforeAfter } from "./beforeafter.js";
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { make, setText } from "./dom.js";
import { makeHelp } from "./keys.js";
import { makeLanes } from "./lanes.js";
import { InterestMap } from "./map.js";
import { NoteLine } from "./notes.js";
import { onThemeChange, readTheme } from "./paint.js";
import { Playing } from "./playing.js";
import { Ranking } from "./ranking.js";
import { Timeline } from "./timeline.js";
import { Tour } from "./tour.js";
import { date, number, say } from "./words.js";

const REST = 200; // milliseconds without a move after which the step is told
const GLIDE = 6; // events a second up to which rows have time to slide

let active = null; // the player that hears keys, where a page has several

export class Player extends Playing {
  /** `tell(step)` hears where the playhead rests. */
  constructor(parent, tell) {
    super();
    this.tell = tell;
    this.frames = 0;
    this.view = 0;
    this.folded = true;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.controls = new Controls((name, value) => this.act(name, value));
    this.timeline = new Timeline({ onScrub: (step) => this.act("jump", step), onHover: (step, event) => this.hover(step, event) });
    this.map = new InterestMap({ onHover: (step, event) => this.hover(step, event) });
    this.map.onZoom = () => { this.map.close = !this.map.close; this.paint(); };
    this.noted = new NoteLine((step) => this.act("jump", step));
    this.ranking = new Ranking();
    this.looks = new AttentionList((view) => { this.view = view; this.show(); });
    this.compare = new BeforeAfter({ onMarks: () => this.drawMarks(), now: () => this.clock.step });
    this.tip = make("div", { class: "mp-tip", hidden: true, "aria-hidden": "true" });
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    this.build(parent);
    this.listen();
  }

  build(parent) {
    const views = make("div", { class: "mp-views" }, [this.map.element, this.ranking.element, this.looks.element]);
    this.root = make("div", { class: "meander-player", "data-testid": "player", tabindex: 0, role: "region", "data-frames": 0, "data-playing": "false" }, [
      this.controls.element, this.timeline.element, this.noted.element, views, this.compare.element, this.tip, this.probe,
    ]);
    parent.append(this.root);
  }

  listen() {
    const onKey = (event) => this.onKey(event);
    document.addEventListener("keydown", onKey);
    this.root.addEventListener("pointerdown", () => { active = this; });
    this.root.addEventListener("focusin", () => { active = this; });
    this.root.addEventListener("click", (event) => {
      // After a click with the pointer, space means play again, not the button that was clicked.
      if (event.detail && event.target.closest("button") && !event.target.closest("dialog")) this.root.focus({ preventScroll: true });
    });
    const sized = new ResizeObserver(() => { if (this.painted !== this.sizes()) this.paint(); });
    for (const box of [this.timeline.element, this.map.box]) sized.observe(box);
    const stopTheme = onThemeChange(this.probe, () => this.paint());
    this.quiet = () => {
      document.removeEventListener("keydown", onKey);
      sized.disconnect();
      stopTheme();
    };
    active ??= this;
  }

  /**
   * Show a replay over a backdrop from a step on; `palette` has colours of categories for light and dark.
   * `notes`: steps and texts, by step. With a `tour` it plays by itself and tells its captions.
   */
  load(replay, backdrop, { palette, step, notes = [], tour = null }) {
    Object.assign(this, { replay, backdrop, palette });
    replay.notes = notes;
    this.clock = Object.assign(new Clock(replay.steps, 0), this.habits());
    this.clock.jump(step);
    this.told = this.clock.step;
    this.view = 0;
    for (const part of [this.controls, this.noted, this.ranking, this.looks, this.compare]) part.load(replay);
    this.help?.remove();
    this.help = makeHelp();
    this.root.append(this.help);
    this.root.setAttribute("aria-label", say("player", { user: replay.user }));
    this.root.dataset.steps = replay.steps;
    this.paint();
    this.tour?.end();
    this.tour = tour && new Tour(this, tour);
  }

  /** Take other notes, where they are others. */
  annotate(notes) {
    if (!this.replay || JSON.stringify(notes) === JSON.stringify(this.replay.notes)) return;
    this.replay.notes = notes;
    this.noted.load(this.replay);
    this.paint();
  }

  /** Put rings around the events behind an answer about a step. */
  point(highlight) {
    if (!this.replay) return;
    this.timeline.highlight = highlight;
    this.root.dataset.highlight = highlight?.events.join() ?? "";
    this.show();
  }

  /** Speed and the like stay when another user is chosen. */
  habits() {
    if (!this.clock) return {};
    const { speed, byTime, loop } = this.clock;
    return { speed, byTime, loop };
  }

  /** What the painting depends on: the width of the timeline, the size of the map. */
  sizes() {
    return [this.timeline.element.clientWidth, this.map.box.clientWidth, this.map.box.clientHeight].join();
  }

  /** Paint what stands still, after a new size, theme or axis. */
  paint() {
    if (!this.replay || !this.root.clientWidth) return;
    this.painted = this.sizes();
    this.theme = readTheme(this.root, this.palette);
    this.root.classList.toggle("mp-dark", this.theme.dark);
    this.lanes = makeLanes(this.replay, this.theme);
    this.axis = makeAxis(this.replay, this.folded);
    this.clock.places = this.axis.places;
    this.timeline.paint(this.replay, this.lanes, this.axis, this.theme, this.timeline.element.clientWidth);
    this.timeline.element.setAttribute("aria-label", this.describe());
    this.map.box.setAttribute("aria-label", say("map_hint"));
    this.map.paint(this.replay, this.backdrop, this.lanes, this.theme);
    this.scene = { ...this.lanes, theme: this.theme };
    this.controls.press("idle", this.folded);
    this.hintPace();
    this.shown = null;
    this.show();
    this.compare.draw(this.scene);
  }

  hintPace() {
    this.controls.hint(this.folded || this.replay.ordinal ? 0 : this.clock.pace(this.replay.time));
  }

  describe() {
    const { replay } = this;
    const values = { user: replay.user, events: number(replay.steps), changes: number(replay.changes.length) };
    if (replay.ordinal) return say("timeline_ordinal", values);
    return say("timeline", { ...values, from: date(replay.time[0]), to: date(replay.time[replay.steps - 1]) });
  }

  act(name, value) {
    const { clock } = this;
    if (!this.replay) return;
    if (name === "play") clock.playing ? clock.pause() : clock.play();
    else if (name === "help") this.help.open ? this.help.close() : this.help.showModal();
    else if (name === "speed") clock.speed = value;
    else if (name === "pace") clock.byTime = value === "time";
    else if (name === "loop") clock.loop = !clock.loop;
    else if (name === "idle") this.folded = !this.folded;
    else this.travel(name, value);
    if (name === "idle") this.paint();
    this.controls.press("loop", clock.loop);
    this.hintPace();
    this.show();
    this.run();
  }

  /** Actions that move the playhead by hand; they halt it, as a hand on a record does. */
  travel(name, value) {
    const { clock } = this;
    const keepsPlaying = clock.playing && name.endsWith("change");
    const step = clock.step;
    const target = {
      jump: () => value,
      move: () => step + value,
      "step-forward": () => step + 1,
      "step-back": () => step - 1,
      "next-change": () => this.changeAfter(step),
      "previous-change": () => this.changeBefore(step),
    }[name]();
    clock.jump(target === Infinity ? this.replay.steps - 1 : target);
    if (!keepsPlaying) clock.playing = false;
  }

  changeAfter(step) {
    return this.replay.changes.find(({ event }) => event > step)?.event ?? step;
  }

  changeBefore(step) {
    return this.replay.changes.findLast(({ event }) => event < step)?.event ?? step;
  }

  ready() {
    return active === this && Boolean(this.replay);
  }

  /** Draw the moment. Canvases follow the position, lists change only with the step. */
  show() {
    const { clock, replay, root } = this;
    const step = clock.step;
    const position = this.calm.matches ? step : clock.position;
    if (this.shown?.step !== step || this.shown.view !== this.view) this.showStep(step);
    this.timeline.draw(position, step, this.found, this.compare.marks);
    this.map.draw(position, step, this.compare.marks);
    this.controls.draw(replay, step, clock.playing);
    root.dataset.playing = clock.playing;
    root.dataset.frames = this.frames += 1;
    this.tellAtRest(step);
  }

  showStep(step) {
    const { clock, replay, scene } = this;
    const glide = !this.calm.matches && !(clock.playing && clock.speed * 4 > GLIDE);
    this.found = lookedAt(replay, this.view, step);
    this.looks.draw(replay, this.found, step, scene);
    this.noted.draw(step);
    this.ranking.draw(replay, step, scene, glide);
    this.root.dataset.step = step;
    this.shown = { step, view: this.view };
    this.tour?.at(step); // last: it may ask for another drawing of this step
  }

  tellAtRest(step) {
    clearTimeout(this.resting);
    if (this.clock.playing || step === this.told) return;
    this.resting = setTimeout(() => {
      this.told = step;
      this.tell(step);
    }, REST);
  }

  drawMarks() {
    this.compare.draw(this.scene);
    this.show();
  }

  hover(step, event) {
    this.tip.hidden = step === null;
    if (step === null) return;
    const { replay } = this;
    const item = replay.item[step];
    const when = replay.ordinal ? "" : ` · ${date(replay.time[step], true)}`;
    setText(this.tip, `${number(step + 1)}. ${replay.titles[item]} · ${this.lanes.lanes[this.lanes.of[step]].name}${when}`);
    const box = this.root.getBoundingClientRect();
    const left = Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 4);
    this.tip.style.transform = `translate(${Math.max(0, left)}px, ${event.clientY - box.top + 16}px)`;
  }

  /** Stop for good. */
  destroy() {
    clearTimeout(this.resting);
    cancelAnimationFrame(this.request);
    this.tour?.end();
    this.quiet();
    this.root.remove();
    if (active === this) active = null;
  }
}
