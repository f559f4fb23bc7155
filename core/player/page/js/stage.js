// A presentation: one screen without settings that tells a history chapter by chapter, made for a projector.

/** @import { Player } from "./player.js" */
/** @import { Presenting, Replay, Scene } from "./types.js" */

import { makeAxis } from "./axis.js";
import { hasLists, lookingAt, makeCard, nameOf, sentences, whenOf } from "./card.js";
import { chaptersOf, opened, Story, timeToRead } from "./chapters.js";
import { make, setText } from "./dom.js";
import { makeLanes } from "./layout.js";
import { InterestMap } from "./map.js";
import { listOf } from "./sides.js";
import { describe } from "./telling.js";
import { Timeline } from "./timeline.js";
import { number, say } from "./words.js";

const UNITS = 6.5; // a canvas is drawn as if a hundredth of the screen's height were so many pixels
const ALONE = 1.5; // times larger a timeline is that stands without map and lists
const QUIET = { onScrub: () => {}, onHover: () => {} };

/** @type {Record<string, (story: Story) => void>} */
const KEYS = {
  ArrowRight: (story) => story.next(), PageDown: (story) => story.next(), ArrowLeft: (story) => story.back(), PageUp: (story) => story.back(),
  Home: (story) => story.go(0), End: (story) => story.go(Infinity), " ": (story) => { story.held = !story.held; },
};

export class Stage {
  /** @type {Replay} */
  replay; // that is presented
  /** @type {Story} */
  story;
  /** @type {Scene} */
  scene;
  /** @type {number | null} */
  request = null;
  /** @type {number | null} */
  last = null; // moment of the frame before
  frames = 0;
  drawn = ""; // what the side shows
  told = false; // that it is over
  then = ""; // who comes after this one

  /** @param {Player} player */
  constructor(player) {
    this.player = player;
    this.timeline = new Timeline(QUIET);
    this.timeline.compact = true;
    this.map = new InterestMap(QUIET);
    this.who = make("h2", { class: "mp-stage-who" });
    this.facts = make("p", { class: "mp-stage-facts" });
    this.chapters = make("nav", { class: "mp-chapters", "data-testid": "chapters" });
    this.hold = this.button("stage-hold", () => { this.story.held = !this.story.held; this.draw(); });
    this.shut = this.button("stage-close", () => this.close());
    this.note = make("p", { class: "mp-stage-note", "data-testid": "map-note" });
    this.ground = make("div", { class: "mp-stage-map" }, [this.map.box, this.note]);
    this.side = make("div", { class: "mp-stage-side", "aria-live": "polite" });
    this.place = make("span", { class: "mp-stage-place", "data-testid": "stage-place" });
    this.keys = make("span", { class: "mp-stage-keys" });
    [this.timeline.element.dataset.testid, this.map.box.dataset.testid] = ["stage-timeline", "stage-map"];
    this.dialog = this.build();
    this.sized = new ResizeObserver(() => this.repaint());
    this.sized.observe(this.dialog);
  }

  /**
   * @param {string} testid
   * @param {() => void} onclick
   */
  button(testid, onclick) {
    return make("button", { type: "button", class: "mp-stage-button", "data-testid": testid, onclick });
  }

  build() {
    return make("dialog", { class: "mp-stage", "data-testid": "presentation", tabindex: -1, onclose: () => this.left() }, [
      make("header", { class: "mp-stage-head" }, [make("div", { class: "mp-stage-title" }, [this.who, this.facts]), this.chapters, this.hold, this.shut]),
      make("div", { class: "mp-stage-main" }, [this.ground, this.side]),
      make("footer", { class: "mp-stage-foot" }, [make("div", { class: "mp-stage-line" }, [this.place, this.keys]), this.timeline.element]),
    ]);
  }

  get open() {
    return this.dialog.open;
  }

  /**
   * Show the history of the player, from a chapter on.
   *
   * @param {Presenting} plan
   */
  show({ chapter, then }) {
    const { replay, story, clock } = this.player;
    this.replay = replay;
    clock.pause();
    const chapters = chaptersOf(replay);
    const reading = (/** @type {import("./chapters.js").Chapter} */ each) => timeToRead(sentences(each, replay, story).join(" ")) + lookingAt(each);
    this.story = new Story(chapters, reading);
    this.story.go(opened(chapter, chapters.length));
    [this.then, this.told, this.last, this.drawn] = [then, false, null, ""];
    this.label();
    if (!this.open) this.dialog.showModal();
    this.dialog.focus();
    this.paint();
    this.run();
  }

  label() {
    const { replay, story } = this.player;
    setText(this.who, say("stage_who", { user: replay.user }));
    setText(this.facts, (story?.facts ?? []).join(" · "));
    setText(this.note, story?.map ?? "");
    setText(this.keys, say("stage_keys"));
    setText(this.shut, say("close"));
    this.timeline.element.setAttribute("aria-label", describe(replay));
    this.map.box.setAttribute("aria-label", say("map_hint"));
    this.dialog.setAttribute("aria-label", say("stage", { user: replay.user }));
    const dots = this.story.chapters.map((chapter, index) => make("button", {
      type: "button", class: "mp-chapter", "data-kind": chapter.kind, title: nameOf(chapter, replay), "aria-label": nameOf(chapter, replay),
      onclick: () => { this.story.go(index); this.draw(); },
    }));
    this.chapters.replaceChildren(...dots);
    this.chapters.setAttribute("aria-label", say("stage_chapters"));
    this.ground.hidden = this.player.bare;
    this.dialog.dataset.chapters = String(dots.length);
  }

  /** A hundredth of the height of the screen, less where it is narrow, in pixels; the style sheet reckons alike. */
  unit() {
    const { innerWidth: width, innerHeight: height } = globalThis;
    return Math.min(height / 100, width * (width < height ? 0.02 : 0.00625));
  }

  /** Paint again in another size or theme. */
  repaint() {
    if (this.open && this.replay === this.player.replay) this.paint();
  }

  /** Paint what stands still. */
  paint() {
    const { replay, player: { backdrop, theme } } = this;
    const lanes = makeLanes(replay, theme);
    const axis = makeAxis(replay, true);
    this.scene = { ...lanes, theme };
    this.dialog.style.setProperty("--u", `${this.unit()}px`);
    this.map.scale = this.unit() / UNITS;
    this.timeline.zoom = this.map.scale * (this.player.bare ? ALONE : 1);
    this.timeline.paint(replay, lanes, axis, theme, this.timeline.element.clientWidth);
    if (!this.ground.hidden) this.map.paint(replay, backdrop, lanes, theme);
    this.drawn = "";
    this.draw();
  }

  /** Draw the moment. */
  draw() {
    const { story, replay } = this;
    const { step, position } = story;
    const shown = this.player.calm.matches ? step : position;
    this.timeline.draw(shown, step, [], { A: null, B: null });
    if (!this.ground.hidden) this.map.draw(shown, step, { A: null, B: null });
    this.drawSide();
    setText(this.place, [say("place", { n: number(step + 1), steps: number(replay.steps) }), whenOf(replay, step)].filter(Boolean).join(" · "));
    setText(this.hold, say(story.held ? "stage_on" : "stage_hold"));
    [...this.chapters.children].forEach((dot, index) => dot.setAttribute("aria-current", index === story.at ? "step" : "false"));
    const state = { chapter: story.at + 1, kind: story.chapter.kind, step, resting: story.resting, held: story.held, listed: story.listed, over: story.over };
    for (const [name, value] of Object.entries(state)) this.dialog.dataset[name] = String(value);
    this.dialog.dataset.frames = String(this.frames += 1);
  }

  /** The card that is read, else the list; neither moves while it stays. */
  drawSide() {
    const { story, replay } = this;
    const wanted = this.wanted();
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    if (story.resting) this.side.replaceChildren(makeCard(story.chapter, replay, this.player.story, this.scene), ...this.following());
    else if (hasLists(replay)) this.side.replaceChildren(this.list(story.listed));
    else this.side.replaceChildren();
  }

  following() {
    return this.then && this.story.chapter.kind === "end" ? [make("p", { class: "mp-stage-then", text: say("stage_then", { user: this.then }) })] : [];
  }

  /** @param {number} step */
  list(step) {
    const list = listOf(this.replay, "B", [step, Math.max(0, step - 1)], this.scene);
    list.classList.add("mp-stage-list");
    list.querySelector("h3")?.replaceChildren(say("stage_list", { n: number(step + 1) }));
    return list;
  }

  run() {
    if (this.request) return;
    /** @param {number} now */
    const frame = (now) => {
      this.request = null;
      if (!this.open || !this.dialog.isConnected) return;
      const before = this.drawn + this.story.position;
      this.story.pass(this.last === null ? 0 : Math.min(0.25, (now - this.last) / 1000));
      this.last = now;
      if (before !== this.drawn + this.story.position || this.drawn !== this.wanted()) this.draw();
      this.finish();
      this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }

  wanted() {
    return this.story.resting ? `card ${this.story.at}` : `list ${this.story.listed}`;
  }

  /** Say once that it is over. */
  finish() {
    if (!this.story.over || this.told) return;
    this.told = true;
    this.draw();
    this.player.tell(this.story.step, true);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (!act && event.key !== "f") return;
    if (event.key === " " && event.target instanceof Element && event.target.closest("button")) return; // it presses that
    event.preventDefault();
    event.stopPropagation();
    if (!act) return this.close();
    act(this.story);
    this.draw();
  }

  close() {
    this.dialog.close();
  }

  /** The player goes on from where the presentation was left. */
  left() {
    if (!this.dialog.isConnected) return;
    this.player.act("jump", this.story.step);
    this.player.root.focus({ preventScroll: true });
  }

  end() {
    this.sized.disconnect();
    if (this.request) cancelAnimationFrame(this.request);
    if (this.open) this.dialog.close();
    this.dialog.remove();
  }
}
