import type { ServiceDefinition } from '@grpc/grpc-js';
import { SERVICES } from '@sortition/contracts';

import { guardedDecoder } from './received-message.js';

/** Every service with guarded decoders, its methods keyed by their names in the proto files. */
export function guardedServices(): ReadonlyMap<string, ServiceDefinition> {
  return new Map(Object.entries(SERVICES).map(([service, methods]) => [service, guarded(methods)]));
}

/** Names of the proto packages, as Nest wants them listed. */
export function packagesOf(services: Iterable<string>): readonly string[] {
  return [...new Set([...services].map((service) => service.slice(0, service.lastIndexOf('.'))))];
}

function guarded(methods: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.values(methods).map((method) => {
      const name = method.path.slice(method.path.lastIndexOf('/') + 1);
      return [name, { ...method, requestDeserialize: guardedDecoder(method.path, method.requestDeserialize) }];
    }),
  );
}
