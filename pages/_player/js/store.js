// Blocks of data by their hash, shared by the components of one page: sent once, whatever is drawn from them.

const KEY = Symbol.for("meander.blocks");

function shared() {
  globalThis[KEY] ??= { blocks: new Map(), holders: new Map(), waiting: new Map() };
  return globalThis[KEY];
}

/** Keep a block while `holder` lives; the block that this holder brought before is let go. */
export function keep(holder, hash, bytes) {
  const { blocks, holders, waiting } = shared();
  release(holder, hash);
  holders.set(holder, hash);
  blocks.set(hash, bytes);
  (waiting.get(hash) ?? []).forEach((resolve) => resolve(bytes));
  waiting.delete(hash);
}

/** Let go of what `holder` brought, unless it is `except` or someone else holds it too. */
export function release(holder, except = null) {
  const { blocks, holders } = shared();
  const hash = holders.get(holder);
  holders.delete(holder);
  if (hash !== undefined && hash !== except && ![...holders.values()].includes(hash)) blocks.delete(hash);
}

/** The bytes of a block, as soon as they are here. */
export function whenHere(hash) {
  const { blocks, waiting } = shared();
  if (blocks.has(hash)) return Promise.resolve(blocks.get(hash));
  return new Promise((resolve) => {
    waiting.set(hash, [...(waiting.get(hash) ?? []), resolve]);
  });
}
