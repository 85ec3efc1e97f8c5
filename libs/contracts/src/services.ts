import type { SERVICES } from './generated/services.js';

export { SERVICES } from './generated/services.js';

export type ServiceName = keyof typeof SERVICES;

/** Path of an RPC on the wire, for example `/sortition.events.v1.EventsService/PublishEvents`. */
export type RpcName = { [S in ServiceName]: Paths<(typeof SERVICES)[S]> }[ServiceName];

type Paths<T> = { [M in keyof T]: T[M] extends { readonly path: infer P extends string } ? P : never }[keyof T];
