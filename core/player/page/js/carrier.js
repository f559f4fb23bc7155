// The component that brings one block of data and draws nothing.

/** @import { Block, Component } from "./types.js" */

import { keep, release } from "./store.js";
import { unpack } from "./payload.js";

/**
 * @param {Component<Uint8Array | null>} call
 * @returns {() => void}
 */
export default function carry({ data, key, parentElement }) {
  const element = parentElement.closest('[data-testid="stElementContainer"]');
  if (element instanceof HTMLElement) element.style.display = "none"; // else an empty line would stand above the player
  if (data) keep(key, /** @type {Block} */ (unpack(data)).hash, data);
  return () => release(key);
}
