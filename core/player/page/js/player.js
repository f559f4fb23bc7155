// The player: one playhead, and all views of the moment that it stands on.

/** @import { Act, Axis, Backdrop, Highlight, Lanes, Look, Moment, Palette, Replay, Scene, Telling, Theme } from "./types.js" */

import { AttentionList } from "./attention.js";
import { makeAxis } from "./axis.js";
import { BeforeAfter } from "./beforeafter.js";
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { makeHelp } from "./keys.js";
import { makeLanes } from "./layout.js";
import { lookedAt } from "./lookback.js";
import { InterestMap } from "./map.js";
import { NoteLine } from "./notes.js";
import { readTheme } from "./paint.js";
import { Playing } from "./playing.js";
import { Ranking } from "./ranking.js";
import { Stage } from "./stage.js";
import { describe, nameOfEvent } from "./telling.js";
import { Timeline } from "./timeline.js";
import { Tip } from "./tip.js";
import { targetOf } from "./travel.js";
import { say } from "./words.js";

const REST = 200; // milliseconds without a move after which the step is told
const GLIDE = 6; // events a second up to which rows have time to slide

/** @type {Player | null} */
let active = null; // the player that hears keys, where a page has several

export class Player extends Playing {
  /** @type {Replay} */
  replay; // nothing is drawn before it
  /** @type {Backdrop | null} */
  backdrop = null;
  /** @type {Palette} */
  palette;
  /** @type {Clock} */
  clock;
  /** @type {HTMLDialogElement | undefined} */
  help;
  /** @type {Telling | null} */
  story = null; // what is said beside the history where it is presented
  // What painting finds out.
  /** @type {Theme} */
  theme;
  /** @type {Lanes} */
  lanes;
  /** @type {Axis} */
  axis;
  /** @type {Scene} */
  scene;
  painted = ""; // the sizes that it was painted for
  // What was shown and told last.
  /** @type {{ step: number, view: number } | null} */
  shown = null;
  /** @type {Look[]} */
  found = [];
  /** @type {number | undefined} */
  resting;
  told = -1;
  /**
   * @param {HTMLElement} parent
   * @param {(step: number, ended?: boolean) => void} tell hears where the playhead rests
   */
  constructor(parent, tell) {
    super();
    this.tell = tell;
    this.frames = 0;
    this.bare = false;
    this.views = make("div", { class: "mp-views" });
    this.view = 0;
    this.folded = true;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.controls = new Controls((name, value) => this.act(name, value));
    this.timeline = new Timeline({ onScrub: (step) => this.act("jump", step), onHover: (...where) => this.hover(...where) });
    this.map = new InterestMap({ onHover: (step, event) => this.hover(step, event) });
    this.map.onZoom = () => { this.map.close = !this.map.close; this.paint(); };
    this.noted = new NoteLine((step) => this.act("jump", step));
    this.ranking = new Ranking();
    this.looks = new AttentionList((view) => { this.view = view; this.show(); });
    this.compare = new BeforeAfter({ onMarks: () => this.drawMarks(), now: () => this.clock.step });
    this.tip = new Tip();
    this.stage = new Stage(this);
    this.probe = make("span", { class: "mp-probe", "aria-hidden": "true" });
    this.root = this.build(parent);
    this.quiet = this.listen();
    for (const name of ["pointerdown", "focusin"]) this.root.addEventListener(name, () => { active = this; });
    active ??= this;
  }

  /** @param {HTMLElement} parent */
  build(parent) {
    this.views.append(this.map.element, this.ranking.element, this.looks.element);
    const root = make("div", { class: "meander-player", "data-testid": "player", tabindex: 0, role: "region", "data-frames": 0, "data-playing": "false" }, [
      this.controls.element, this.timeline.element, this.noted.element, this.views, this.compare.element, this.tip.element, this.stage.dialog, this.probe,
    ]);
    parent.append(root);
    return root;
  }

  /**
   * Show a replay over a backdrop from a step on; `palette` has colours of categories for light and dark.
   * `notes`: steps and texts, by step. `story`: what is said where it is presented; `present`: open so.
   * @param {Replay} replay
   * @param {Backdrop | null} backdrop
   * @param {Moment} moment
   */
  load(replay, backdrop, { palette, step, notes = [], markers = [], story = null, present = null }) {
    Object.assign(this, { replay, backdrop, palette, story });
    Object.assign(replay, { notes, markers });
    this.clock = Object.assign(new Clock(replay.steps, 0), this.habits());
    this.clock.jump(step);
    this.told = this.clock.step;
    this.view = 0;
    // Without a trained model there is no map and no list: lanes, mix and changes are all there is.
    this.bare = !replay.shapes.list_item[1];
    this.views.hidden = this.bare;
    for (const part of [this.controls, this.noted, this.ranking, this.looks, this.compare]) part.load(replay);
    this.help?.remove();
    this.help = makeHelp();
    this.root.append(this.help);
    this.root.setAttribute("aria-label", say("player", { user: replay.user }));
    this.root.dataset.steps = String(replay.steps);
    this.paint();
    if (present) this.stage.show(present);
    else if (this.stage.open) this.stage.close();
  }

  /**
   * Take other notes and markers, where they are others.
   *
   * @param {Pick<Replay, "notes" | "markers">} said
   */
  annotate({ notes, markers }) {
    if (!this.replay || JSON.stringify([notes, markers]) === JSON.stringify([this.replay.notes, this.replay.markers])) return;
    Object.assign(this.replay, { notes, markers });
    for (const part of [this.noted, this.controls]) part.load(this.replay);
    this.paint();
  }

  /**
   * Put rings around the events behind an answer about a step.
   *
   * @param {Highlight | undefined} highlight
   */
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
    const { shape, places } = this.timeline.scene;
    this.controls.along(places, shape.left, shape.width - shape.right);
    this.timeline.element.setAttribute("aria-label", describe(this.replay));
    this.map.box.setAttribute("aria-label", say("map_hint"));
    if (!this.bare) this.map.paint(this.replay, this.backdrop, this.lanes, this.theme);
    this.scene = { ...this.lanes, theme: this.theme };
    for (const [name, on] of /** @type {const} */ ([["idle", this.folded], ["markers", this.timeline.signed]])) this.controls.press(name, on);
    this.hintPace();
    this.shown = null;
    this.show();
    this.compare.draw(this.scene);
    this.stage.repaint();
  }

  hintPace() {
    this.controls.hint(this.folded || this.replay.ordinal ? 0 : this.clock.pace(this.replay.time));
  }

  /** @type {Act} */
  act(name, value) {
    const { clock } = this;
    if (!this.replay) return;
    if (name === "play") clock.playing ? clock.pause() : clock.play();
    else if (name === "help") this.toggleHelp();
    else if (name === "present") return this.stage.show({ chapter: 1, then: "" });
    else if (name === "speed") clock.speed = Number(value);
    else if (name === "pace") clock.byTime = value === "time";
    else if (name === "loop") clock.loop = !clock.loop;
    else if (name === "idle") this.folded = !this.folded;
    else if (name === "markers") this.timeline.signed = !this.timeline.signed;
    else this.travel(name, Number(value));
    if (name === "idle" || name === "markers") this.paint();
    this.controls.press("loop", clock.loop);
    this.hintPace();
    this.show();
    this.run();
  }

  /**
   * Keys are the presentation's while it is open.
   *
   * @override
   * @param {KeyboardEvent} event
   */
  onKey(event) {
    if (this.stage.open) this.stage.onKey(event);
    else super.onKey(event);
  }

  /**
   * Actions that move the playhead by hand; they halt it, as a hand on a record does.
   *
   * @param {string} name
   * @param {number} value
   */
  travel(name, value) {
    const { clock, replay } = this;
    const changes = replay.changes.map(({ event }) => event);
    clock.jump(targetOf(name, value, { step: clock.step, last: replay.steps - 1, changes, stride: 1 }));
    if (!name.endsWith("change")) clock.playing = false;
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
    if (!this.bare) this.map.draw(position, step, this.compare.marks);
    this.controls.draw(replay, step, clock.playing);
    root.dataset.playing = String(clock.playing);
    root.dataset.frames = String(this.frames += 1);
    this.tellAtRest(step);
  }

  /** @param {number} step */
  showStep(step) {
    const { clock, replay, scene } = this;
    const glide = !this.calm.matches && !(clock.playing && clock.speed * 4 > GLIDE);
    this.found = lookedAt(replay, this.view, step);
    this.noted.draw(step);
    if (!this.bare) {
      this.looks.draw(replay, this.found, step, scene);
      this.ranking.draw(replay, step, scene, glide);
    }
    this.root.dataset.step = String(step);
    this.shown = { step, view: this.view };
  }

  /** @param {number} step */
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

  /**
   * @param {number | null} step
   * @param {PointerEvent} event
   */
  hover(step, event, names = "") {
    if (step === null) return this.tip.hide();
    const box = this.root.getBoundingClientRect();
    return this.tip.show([names, nameOfEvent(this.replay, this.lanes, step)].filter(Boolean).join("\n"), event.clientX - box.left, event.clientY - box.top, box.width);
  }

  /** Stop for good. */
  destroy() {
    clearTimeout(this.resting);
    if (this.request) cancelAnimationFrame(this.request);
    this.stage.end();
    this.quiet();
    this.root.remove();
    if (active === this) active = null;
  }
}
