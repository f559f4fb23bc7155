// What travels from Python to the browser in blocks of bytes. Types only: nothing of this file is sent.

/** A change point of a user: events by their index, `low` to `high` where it may have begun, categories by name. */
export interface Change {
  event: number;
  low: number;
  high: number;
  from: string[];
  to: string[];
}

/** What a reader noted on an event. */
export interface Note {
  step: number;
  text: string;
}

/** What happened on the owner's side; times in milliseconds since 1970. */
export interface Marker {
  /** From 1, the same wherever markers of the data set are shown. */
  number: number;
  /** release, campaign, redesign or other. */
  kind: string;
  start: number;
  end: number;
  note: string;
}

/** The events behind an answer about a step. */
export interface Highlight {
  step: number;
  events: number[];
}

/** What every block has once it is unpacked: its hash, and the shape of each of its arrays. */
export interface Block {
  hash: string;
  shapes: Record<string, number[]>;
}

/** One user's history (packed by `playback`), a value per step unless said; items are numbered within it, -1 is none. */
export interface Replay extends Block {
  user: string;
  steps: number;
  /** Items of the whole catalogue. */
  n_items: number;
  /** Whether times are only an order. */
  ordinal: boolean;
  /** Names of the lanes, the most events first. */
  categories: string[];
  /** Which of the categories stands for all others, -1 if none does. */
  rest: number;
  /** Events after which one counts half in the mix. */
  half_life: number;
  changes: Change[];
  layers: number;
  heads: number;
  /** Per item. */
  ids: string[];
  /** Per item. */
  titles: string[];
  /** Milliseconds since 1970, or numbers in order. */
  time: Float64Array;
  session: Int32Array;
  item: Int32Array;
  /** (steps, 2) */
  xy: Float32Array;
  /** (items, 2) */
  item_xy: Float32Array;
  /** (items) */
  item_category: Int16Array;
  /** (steps, categories) */
  mix: Float32Array;
  /** (changes + 1, categories): shares among the events of each stretch between changes */
  change_mix: Float32Array;
  /** (views, steps, most); a view is a head, the first is the mean of all */
  attention_index: Int32Array;
  /** (views, steps, most), in 65535ths */
  attention_weight: Uint16Array;
  /** (steps, listed) */
  list_item: Int32Array;
  /** (steps, listed) */
  list_score: Float32Array;
  /** (steps, listed): how likely each comes next; NaN where that was not measured. */
  list_chance: Float32Array;
  /** (steps, nearest) */
  near_item: Int32Array;
  /** 0 if the next item was hidden as seen, and at the last step. */
  next_rank: Int32Array;
  next_score: Float32Array;
  /** Not in the block: they change while it stays. */
  notes: Note[];
  /** Nor are these. */
  markers: Marker[];
}

/** Items of a map (packed by `backdrop`). */
export interface Backdrop extends Block {
  categories: string[];
  /** (items, 2) */
  xy: Float32Array;
  /** (items); -1 without */
  category: Int16Array;
}

/** Two sides on one time axis (packed by `duet`); moments divide the span evenly. */
export interface Pair extends Block {
  names: [string, string];
  /** Users of each side. */
  users: [number, number];
  events: [number, number];
  ordinal: boolean;
  categories: string[];
  rest: number;
  /** Times of the change points of each side. */
  changes: [number[], number[]];
  /** First and last time. */
  span: Float64Array;
  /** Side of each member that moves on the map. */
  member_side: Uint8Array;
  /** (2, moments, categories) */
  mix: Float32Array;
  /** Activity beside the usual one, (2, moments) */
  known: Float32Array;
  /** (moments); -1 where one side rests */
  likeness: Float32Array;
  /** (members + 1): events of a member lie from its offset to the next. */
  offsets: Int32Array;
  /** (events) */
  time: Float64Array;
  /** (events, 2) */
  xy: Float32Array;
  /** (events) */
  category: Int16Array;
  /** Not in the block: they change while it stays. */
  markers: Marker[];
}

/** Points of the atlas (packed by `scatter`). */
export interface Points extends Block {
  titles: string[];
  users: string[];
  categories: string[];
  /** Lowest and highest number where colours stand for numbers, else null. */
  range: [number, number] | null;
  /** (points, 2) */
  xy: Float32Array;
  /** 1 for a user's state, 0 for an item */
  state: Uint8Array;
  title: Int32Array;
  user: Int32Array;
  event: Int32Array;
  category: Int16Array;
  /** With a `range`: the number as 0 to 1, -1 without. */
  value?: Float32Array;
}
