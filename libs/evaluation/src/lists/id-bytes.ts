/** Longest id, in bytes, that the packed form holds; longer ones are kept as text. */
export const MAX_ID_BYTES = 255;

/**
 * Writes the id as UTF-8 in which a lone surrogate keeps its own three bytes, so that different ids always have
 * different bytes. Returns how many, or -1 when they are more than {@link MAX_ID_BYTES}. `bytes` holds that many and 4.
 */
export function writeIdBytes(id: string, bytes: Uint8Array): number {
  let end = 0;
  for (let index = 0; index < id.length; index += 1) {
    if (end > MAX_ID_BYTES) return -1;
    let point = id.charCodeAt(index);
    if (point < 0x80) {
      bytes[end++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[end++] = 0xc0 | (point >> 6);
    } else {
      const next = (point & 0xfc00) === 0xd800 ? id.charCodeAt(index + 1) : 0;
      if ((next & 0xfc00) === 0xdc00) {
        index += 1;
        point = ((point & 0x3ff) << 10) + (next & 0x3ff) + 0x10000;
        bytes[end++] = 0xf0 | (point >> 18);
        bytes[end++] = 0x80 | ((point >> 12) & 0x3f);
      } else {
        bytes[end++] = 0xe0 | (point >> 12);
      }
      bytes[end++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[end++] = 0x80 | (point & 0x3f);
  }
  return end > MAX_ID_BYTES ? -1 : end;
}
