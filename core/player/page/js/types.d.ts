// What goes from module to module, and to a component from Python. Types only: nothing of this file is sent.

import type { Happened, Note, Pair, Replay, Highlight } from "./blocks.js";

export type * from "./blocks.js";

/** Colour of each category by name. */
export interface Palette {
  light: Record<string, string>;
  dark: Record<string, string>;
}

/** A palette with the colours of a scale of numbers. */
export interface ScaledPalette extends Palette {
  scale: { light: string[]; dark: string[] };
}

/** Words by their key, and the language as `lang`. */
export type Texts = Record<string, string>;

/** What a player is loaded with beside its blocks. */
export interface Moment {
  palette: Palette;
  step: number;
  notes?: Note[];
  markers?: Happened[];
  story?: Telling | null;
  /** Set where the player opens as a presentation. */
  present?: Presenting | null;
}

/** What is said beside a history that is presented. */
export interface Telling {
  /** Data set, day. */
  facts: string[];
  begin: string;
  /** What happened at each change. */
  turns: string[];
  verdict: string;
  sure: string;
  cautions: string[];
  /** Which map it is, and how far it can be trusted. */
  map: string;
}

export interface Presenting {
  /** To begin with, from 1. */
  chapter: number;
  /** Who is presented after this one; nobody if it is empty. */
  then: string;
}

/** What Python gives the player component; blocks by their hash. */
export interface PlayerData extends Moment {
  replay: string;
  backdrop: string | null;
  texts: Texts;
  notes: Note[];
  markers: Happened[];
  highlight: Highlight;
}

export interface DuetData {
  duet: string;
  backdrop: string;
  palette: Palette;
  texts: Texts;
  markers: Happened[];
}

export interface AtlasData {
  points: string;
  palette: ScaledPalette;
  /** What the colours stand for. */
  by: string;
  texts: Texts;
}

/** What of a column passes: what lies between two places, 0 to 1 along its axis, or has one of some names. */
export type Filter = { ends: [number, number] } | { names: string[] };

/** From places on the map to pixels: x * scale + dx, y * -scale + dy. */
export interface Mapping {
  scale: number;
  dx: number;
  dy: number;
}

/** How points are drawn. */
export type Drawn = "points" | "density" | "both";
/** Which flows are drawn: those whose interval leaves out 0, all, none. */
export type Arrows = "sure" | "all" | "none";

/** How a component is called, again at each change of its data; it returns what ends it. */
export interface Component<Data> {
  data: Data;
  key: string;
  parentElement: HTMLElement;
  setStateValue(name: string, value: unknown): void;
}

/** What draws on a canvas. */
export type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
export type Canvas = HTMLCanvasElement | OffscreenCanvas;
export type Colour = number[];
/** x, y */
export type Spot = [number, number];

/** Colours of points, and which of them each has; the last stands for none. */
export interface Shades {
  colours: Colour[];
  of: Int16Array;
}

/** Colours and font of the page. */
export interface Theme {
  dark: boolean;
  background: string;
  text: string;
  primary: string;
  muted: string;
  line: string;
  other: string;
  font: string;
  category(name: string): string;
}

/** A row of the timeline; -1 where nothing is drawn. */
export interface Lane {
  name: string;
  colour: string;
  row: number;
}

export interface Lanes {
  lanes: Lane[];
  /** The lane of every event. */
  of: Int16Array;
  /** How many are drawn. */
  rows: number;
}

/** An idle gap that was folded: between which places, how many milliseconds. */
export interface Fold {
  from: number;
  to: number;
  gap: number;
}

export interface Axis {
  /** Where each event lies, 0 to 1. */
  places: Float64Array;
  folds: Fold[];
  folded: boolean;
}

/** A part of the timeline: where it begins and how high it is. */
export interface Band {
  y: number;
  h: number;
}

/** Where the parts of the timeline lie, in CSS pixels. */
export interface Shape {
  width: number;
  left: number;
  right: number;
  height: number;
  /** Height of a lane. */
  row: number;
  /** Height of the flags of change points. */
  flags: number;
  arcs: Band;
  lanes: Band;
  stream: Band;
  /** The row of markers, without height where there are none. */
  signs: Band;
  axis: Band;
  /** From a place, 0 to 1, to pixels. */
  x(place: number): number;
}

/** A marker on a time axis: from where to where, and the pixels that its name has, below 0 where it has none. */
export interface Sign {
  marker: Happened;
  from: number;
  to: number;
  room: number;
}

/** Lanes in the colours of a theme. */
export interface Scene {
  lanes: Lane[];
  of: Int16Array;
  theme: Theme;
}

export interface TimelineScene extends Scene {
  replay: Replay;
  axis: Axis;
  places: Float64Array;
  shape: Shape;
}

export interface DuetScene {
  pair: Pair;
  /** Per category. */
  colours: string[];
  /** Of each side. */
  sides: string[];
  theme: Theme;
}

/** An event looked back on, and its share. */
export interface Look {
  event: number;
  weight: number;
}

/** Steps marked for before and after, null where none is. */
export type Marks = { A: number | null; B: number | null };

/** Hears of a button or key by its name, and what was chosen. */
export type Act = (name: string, value?: number | string) => void;
/** Hears at which step a pointer is, null where at none, and the names of markers there. */
export type Hover = (step: number | null, event: PointerEvent, names?: string) => void;
