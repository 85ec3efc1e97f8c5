/** Room that {@link pad} needs behind a message. */
export const PADDING_ROOM = 72;

/**
 * Pads a message in place for SHA-1, SHA-256 and MD5: a one bit, zeros, the length in bits. Returns the padded length,
 * a multiple of 64. `bytes` must have {@link PADDING_ROOM} bytes behind the message.
 */
export function pad(bytes: Uint8Array, length: number, isBigEndian: boolean): number {
  const end = ((length + 8) >>> 6) * 64 + 64;
  bytes.fill(0, length, end);
  bytes[length] = 0x80;
  const bits = length * 8;
  for (let index = 0; index < 7; index += 1) {
    bytes[isBigEndian ? end - 1 - index : end - 8 + index] = Math.floor(bits / 2 ** (8 * index)) & 0xff;
  }
  return end;
}
