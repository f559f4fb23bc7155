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
export interface Happened {
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
  markers: Happened[];
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
  markers: Happened[];
}

/** A cluster of points of the atlas, and where its name goes. */
export interface Cluster {
  name: string;
  x: number;
  y: number;
  size: number;
}

/** A column of the points, by which they can be filtered. */
export interface Column {
  /** As it is shown. */
  name: string;
  kind: "names" | "number" | "time";
  /** What codes stand for, null for numbers and times. */
  values: string[] | null;
  /** Lowest and highest, times as milliseconds since 1970; null for names. */
  range: [number, number] | null;
  array: `column_${number}`;
}

/** Codes with -1 for none, numbers or times with NaN for none. */
export type ColumnArray = Int16Array | Float32Array | Float64Array;

/** A stretch of time in milliseconds since 1970: a step of the slider, or a marker of the data set. */
export interface Period {
  from: number;
  to: number;
}

export interface Marker extends Period {
  name: string;
}

/** How many users net went from one cluster to another: shares of those who were in either at the beginning. */
export interface Flow {
  /** Null for all time. */
  period: number | null;
  /** Clusters by their index. */
  from: number;
  to: number;
  net: number;
  low: number;
  high: number;
  /** Whether it is beyond chance, all flows together; without, whether its interval leaves out 0. */
  sure?: boolean;
  /** Users who moved either way, and who were in either at the beginning. */
  movers?: number;
  stood?: number;
}

/** How far the whole population moved in a period. */
export interface Shift {
  dx: number;
  dy: number;
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
  /** The largest first. */
  clusters?: Cluster[] | null;
  /** Cluster of each point, -1 without. */
  cluster?: Int16Array;
  columns?: Column[] | null;
  /** Values of a column, one for each point. */
  [column: `column_${number}`]: ColumnArray;
  /** Nearest points in the full space: how many for each. */
  near_k?: number | null;
  /** Row of each point in `near`, -1 without. */
  near_row?: Int32Array;
  /** (rows, near_k): points, the nearest first, -1 for none */
  near?: Int32Array;
  /** (rows, near_k): cosine distances */
  near_distance?: Float32Array;
  periods?: Period[] | null;
  markers?: Marker[] | null;
  flows?: Flow[] | null;
  /** Of each period. */
  trend?: Shift[] | null;
  /** (periods, crowd, 2): where users are at the end of each period; NaN before their first event. */
  crowd_xy?: Float32Array;
  /** (crowd): which of `users` */
  crowd_user?: Int32Array;
}
