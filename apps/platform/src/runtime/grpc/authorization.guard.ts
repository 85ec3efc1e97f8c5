import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { RpcName } from '@sortition/contracts';

import type { Authenticator } from '../auth/authenticator.js';
import { rememberPrincipal } from '../auth/current-principal.js';
import { callerAddress } from '../limits/caller-address.js';
import { credentialOfCall } from './credential-of-call.js';
import { PERMISSION_OF_RPC } from './permission-of-rpc.js';
import { UnreadableMessage } from './received-message.js';

/** Lets a gRPC call of Nest's through when its key has the RPC's permission. */
export class AuthorizationGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rpcContext = context.switchToRpc();
    const request: unknown = rpcContext.getData();
    if (request instanceof UnreadableMessage) throw request.error;
    const metadata = rpcContext.getContext<Metadata>();
    const call: ServerUnaryCall<unknown, unknown> = context.getArgByIndex(2);
    const permission = PERMISSION_OF_RPC[call.getPath() as RpcName];
    const principal = await this.authenticator.authorize(
      credentialOfCall(metadata),
      permission,
      callerAddress(call.getPeer()),
    );
    rememberPrincipal(metadata, principal);
    return true;
  }
}
