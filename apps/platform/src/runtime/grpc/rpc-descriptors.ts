import type { DescService } from '@bufbuild/protobuf';
import { SERVICES } from '@sortition/contracts';

import { fileRegistry } from './file-registry.js';

/** The descriptors of the services of the platform that a process serves, in the order of their names. */
export function rpcDescriptors(serves: (service: string) => boolean): readonly DescService[] {
  const registry = fileRegistry();
  return Object.keys(SERVICES)
    .filter(serves)
    .flatMap((name) => registry.getService(name) ?? []);
}
