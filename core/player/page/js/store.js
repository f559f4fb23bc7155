// Blocks of data by their hash, shared by the components of one page: sent once, whatever is drawn from them.

const KEY = Symbol.for("meander.blocks");

/**
 * @typedef {(bytes: Uint8Array) => void} Waiter
 * @typedef {{ blocks: Map<string, Uint8Array>, holders: Map<string, string>, waiting: Map<string, Waiter[]> }} Store
 */

/** @returns {Store} */
function shared() {
  const page = /** @type {Record<symbol, Store>} */ (/** @type {unknown} */ (globalThis));
  page[KEY] ??= { blocks: new Map(), holders: new Map(), waiting: new Map() };
  return page[KEY];
}

/**
 * Keep a block while `holder` lives; the block that this holder brought before is let go.
 *
 * @param {string} holder
 * @param {string} hash
 * @param {Uint8Array} bytes
 */
export function keep(holder, hash, bytes) {
  const { blocks, holders, waiting } = shared();
  release(holder, hash);
  holders.set(holder, hash);
  blocks.set(hash, bytes);
  (waiting.get(hash) ?? []).forEach((resolve) => resolve(bytes));
  waiting.delete(hash);
}

/**
 * Let go of what `holder` brought, unless it is `except` or someone else holds it too.
 *
 * @param {string} holder
 * @param {string | null} except
 */
export function release(holder, except = null) {
  const { blocks, holders } = shared();
  const hash = holders.get(holder);
  holders.delete(holder);
  if (hash !== undefined && hash !== except && ![...holders.values()].includes(hash)) blocks.delete(hash);
}

/**
 * The bytes of a block, as soon as they are here.
 *
 * @param {string} hash
 * @returns {Promise<Uint8Array>}
 */
export function whenHere(hash) {
  const { blocks, waiting } = shared();
  const here = blocks.get(hash);
  if (here) return Promise.resolve(here);
  return new Promise((resolve) => {
    waiting.set(hash, [...(waiting.get(hash) ?? []), resolve]);
  });
}
