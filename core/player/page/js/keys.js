// Keys of the player, and the help that lists them.

import { make } from "./dom.js";
import { say } from "./words.js";

/** @typedef {[name: string, value?: number]} Action */

const LEAP = 10; // steps of shift and an arrow

/** @type {Record<string, Action>} */
const ACTIONS = {
  " ": ["play"],
  ArrowRight: ["move", 1],
  ArrowLeft: ["move", -1],
  Home: ["jump", 0],
  End: ["jump", Infinity],
  "[": ["previous-change"],
  "]": ["next-change"],
  "?": ["help"],
  f: ["present"],
};
const HELP = [
  ["␣", "key_space"], ["← →", "key_arrows"], ["⇧ ← →", "key_shift"], ["Home End", "key_ends"], ["[ ]", "key_changes"], ["f", "key_present"], ["?", "key_help"],
];

/**
 * What a key press asks for, or null: keys of other controls stay theirs.
 *
 * @param {KeyboardEvent} event
 * @param {Element} root of what hears keys
 * @returns {Action | null}
 */
export function actionOf(event, root) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null;
  const action = Object.hasOwn(ACTIONS, event.key) ? ACTIONS[event.key] : null;
  if (!action || isTaken(event, root)) return null;
  const [name, value] = action;
  return name === "move" && value !== undefined && event.shiftKey ? [name, value * LEAP] : action;
}

/**
 * @param {KeyboardEvent} event
 * @param {Element} root
 */
function isTaken(event, root) {
  const target = event.composedPath()[0];
  if (!(target instanceof Element) || target.matches(".mp-scrub")) return false;
  if (target.matches("input, textarea, select, [contenteditable=true], [role=slider], [role=combobox], [role=tab], [role=dialog] *")) return true;
  const pressed = event.key === " " && target.closest("button, a, summary, [role=button]");
  const foreign = !root.contains(target) && target !== document.body && event.key.startsWith("Arrow");
  return Boolean(pressed) || (foreign && Boolean(target.closest("[role=grid], [role=radiogroup], [role=menu], [role=listbox]")));
}

/**
 * The dialog behind `?`.
 *
 * @param {string} note key of the text below the keys
 */
export function makeHelp(note = "help_note") {
  const close = make("button", { type: "button", class: "mp-button", "data-testid": "close-help", text: say("close"), onclick: () => dialog.close() });
  const rows = HELP.map(([keys, text]) => make("div", { class: "mp-help-row" }, [make("dt", {}, [make("kbd", { text: keys })]), make("dd", { text: say(text) })]));
  const title = make("h2", { class: "mp-heading", text: say("help_title") });
  /** @type {HTMLDialogElement} */
  const dialog = make("dialog", { class: "mp-dialog", "data-testid": "help-dialog", "aria-label": say("help_title") }, [
    title, make("dl", {}, rows), make("p", { class: "mp-note", text: say(note) }), close,
  ]);
  return dialog;
}
