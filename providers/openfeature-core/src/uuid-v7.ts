/**
 * A UUID of version 7 (RFC 9562): 48 bits of time, then random bits.
 *
 * @param nowMs milliseconds since the Unix epoch.
 */
export function uuidV7(nowMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let hex = nowMs.toString(16).padStart(12, '0');
  for (let index = 6; index < 16; index++) {
    let byte = bytes[index] ?? 0;
    if (index === 6) byte = (byte & 0x0f) | 0x70;
    if (index === 8) byte = (byte & 0x3f) | 0x80;
    hex += byte.toString(16).padStart(2, '0');
  }
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
