import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';

import type { Principal } from './principal.js';

const principals = new WeakMap<Metadata, Principal>();

/** Remembers who made a call, for as long as the call's metadata lives. */
export function rememberPrincipal(metadata: Metadata, principal: Principal): void {
  principals.set(metadata, principal);
}

/** The verified caller of a gRPC method. */
export const CurrentPrincipal = createParamDecorator((_options: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToRpc().getContext<Metadata>());
  if (!principal) throw new Error('The call was not authorized; the authorization guard must run first.');
  return principal;
});
