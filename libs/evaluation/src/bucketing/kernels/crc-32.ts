/** CRC-32 of ISO 3309 / IEEE 802.3 (reflected, polynomial EDB88320) of `bytes[0..length)`, in [0, 2^32). */
export function crc32OfBytes(bytes: Uint8Array, length: number): number {
  let register = -1;
  for (let index = 0; index < length; index += 1) {
    register = (register >>> 8) ^ (TABLE[(register ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return ~register >>> 0;
}

const TABLE = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let entry = byte;
  for (let bit = 0; bit < 8; bit += 1) entry = (entry >>> 1) ^ (entry & 1 ? 0xedb88320 : 0);
  return entry;
});
