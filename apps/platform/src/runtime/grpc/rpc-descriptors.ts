import { createFileRegistry, type DescService, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { descriptorSet, SERVICES } from '@sortition/contracts';

/** The descriptors of the services of the platform that a process serves, in the order of their names. */
export function rpcDescriptors(serves: (service: string) => boolean): readonly DescService[] {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));
  return Object.keys(SERVICES)
    .filter(serves)
    .flatMap((name) => registry.getService(name) ?? []);
}
