import { BinaryReader, WireType } from '@sortition/contracts';

/** Field number of google.protobuf.Timestamp. */
const NANOS = 2;
const MAX_NANOS = 999_999_999;

/**
 * Whether the timestamps that a message holds in a field have nanoseconds within their second, as google.protobuf.Timestamp
 * demands. The decoder would move others to another second.
 */
export function hasPossibleTime(message: Uint8Array, field: number): boolean {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number !== field || wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
    else if (!isTimestamp(reader.bytes())) return false;
  }
  return true;
}

function isTimestamp(bytes: Uint8Array): boolean {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field !== NANOS || wireType !== WireType.Varint) {
      reader.skip(wireType, field);
      continue;
    }
    const nanos = reader.int32();
    if (nanos < 0 || nanos > MAX_NANOS) return false;
  }
  return true;
}
