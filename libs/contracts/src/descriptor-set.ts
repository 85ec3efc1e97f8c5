import { readFileSync } from 'node:fs';

/** The compiled descriptors of every proto file, for gRPC reflection: a serialized FileDescriptorSet. */
export function descriptorSet(): Buffer {
  return readFileSync(new URL('../descriptors/sortition.binpb', import.meta.url));
}
