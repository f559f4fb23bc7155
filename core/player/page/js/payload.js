// Unpacks the block that core/player/block.py makes: length of the header, header as JSON, little-endian arrays.

const ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
};

/** @typedef {{ dtype: keyof typeof ARRAYS, shape: number[], at: number }} Place */

/**
 * The header of a block, with each array of the block under its name; shapes stand in `shapes`.
 *
 * What is in a block is known to whoever asks for it: T is taken at its word.
 *
 * @template T
 * @param {Uint8Array} bytes
 * @returns {T}
 */
export function unpack(bytes) {
  const block = bytes.slice(); // a fresh buffer starts at offset 0, as typed arrays of 8 bytes need
  const length = new DataView(block.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(block.subarray(4, 4 + length)));
  const unpacked = { ...header, shapes: {} };
  for (const [name, { dtype, shape, at }] of Object.entries(/** @type {Record<string, Place>} */ (header.arrays))) {
    const size = shape.reduce((product, side) => product * side, 1);
    unpacked[name] = new ARRAYS[dtype](block.buffer, at, size);
    unpacked.shapes[name] = shape;
  }
  return unpacked;
}

/**
 * Bytes of a base64 text, as a page without a server carries them.
 *
 * @param {string} text
 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
