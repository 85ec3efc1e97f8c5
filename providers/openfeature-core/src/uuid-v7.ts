/**
 * A UUID of version 7 (RFC 9562): 48 bits of time, then random bits.
 *
 * @param nowMs milliseconds since the Unix epoch.
 */
export function uuidV7(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const random = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, '0'));
  // The digits 7 and a say the version and the variant.
  return (time + random.join('')).replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-7$3-a$4-');
}
