export * from './generated/modules.js';
export { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
export { Any } from './generated/google/protobuf/any.js';
export { descriptorSet } from './descriptor-set.js';
export { SERVICES } from './services.js';
export type { RpcName, ServiceName } from './services.js';
