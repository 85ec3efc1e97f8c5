import type { Metadata } from '@grpc/grpc-js';

/** The API key in a call's metadata `authorization: Bearer …`; undefined when there is none. */
export function credentialOfCall(metadata: Metadata): string | undefined {
  const [value] = metadata.get('authorization');
  if (typeof value !== 'string') return undefined;
  return value.startsWith('Bearer ') ? value.slice('Bearer '.length) : value;
}
