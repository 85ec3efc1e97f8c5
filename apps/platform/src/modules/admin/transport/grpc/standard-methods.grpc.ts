import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type RpcName, SERVICES } from '@sortition/contracts';
import { pluralOf, type ResourceKind } from '@sortition/declaration';

import type { Principal } from '../../../../runtime/auth/principal.js';
import { callerGone } from '../../../../runtime/grpc/caller-gone.js';
import { NATIVE_GRPC_REGISTRY, type NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import { StandardMethods, type ListRequest, type NamedMessage } from './standard-methods.js';
import type { WireForm } from './wire-form.js';
import { WIRE_FORMS } from './wire-forms.js';

/** A request whose fields are named after the kind of resource. */
type StandardRequest = Readonly<Record<string, unknown>>;
type ServedForms = { readonly [K in keyof typeof WIRE_FORMS]: WireForm<K> };
type Handler = (request: StandardRequest, principal: Principal, gone: AbortSignal) => Promise<object>;

/**
 * Serves Create, Get, List, Update and Delete of every kind: whichever of them the service descriptors name. The fields
 * of requests and responses follow AIP-131 to 135.
 */
@Injectable()
export class StandardMethodsGrpc implements OnModuleInit {
  constructor(
    private readonly methods: StandardMethods,
    @Inject(NATIVE_GRPC_REGISTRY) private readonly registry: NativeGrpcRegistry,
  ) {}

  onModuleInit(): void {
    const served: ServedForms = WIRE_FORMS;
    for (const kind of Object.keys(served) as (keyof ServedForms)[]) this.serve(served[kind]);
  }

  private serve<K extends ResourceKind>(form: WireForm<K>): void {
    for (const [name, handler] of Object.entries(this.handlersOf(form))) {
      const rpc = adminRpcNamed(name);
      if (rpc === undefined) continue;
      this.registry.unary<StandardRequest, object>(rpc, (call, principal) =>
        handler(call.request, principal, callerGone(call)),
      );
    }
  }

  private handlersOf<K extends ResourceKind>(form: WireForm<K>): Readonly<Record<string, Handler>> {
    const { kind } = form;
    const plural = pluralOf(kind);
    const { methods } = this;
    return {
      [`Create${capitalized(kind)}`]: async (request, principal, gone) => {
        const { parent, requestId } = request as { readonly parent: string; readonly requestId: string };
        const id = request[`${kind}Id`] as string;
        const message = request[kind] as object | undefined;
        return { [kind]: await methods.create(form, principal, { parent, id, message, requestId }, gone) };
      },
      [`Get${capitalized(kind)}`]: async (request, principal) => ({
        [kind]: await methods.get(form, principal, request['name'] as string),
      }),
      [`List${capitalized(plural)}`]: async (request, principal) => {
        const listed = await methods.list(form, principal, request as unknown as ListRequest);
        return { [plural]: listed.messages, nextPageToken: listed.nextPageToken };
      },
      [`Update${capitalized(kind)}`]: async (request, principal, gone) => {
        const message = request[kind] as NamedMessage | undefined;
        const mask = request['updateMask'] as readonly string[] | undefined;
        return { [kind]: await methods.update(form, principal, message, mask, gone) };
      },
      [`Delete${capitalized(kind)}`]: async (request, principal, gone) => {
        await methods.remove(kind, principal, request as unknown as NamedMessage, gone);
        return {};
      },
    };
  }
}

function adminRpcNamed(name: string): RpcName | undefined {
  const paths = Object.entries(SERVICES)
    .filter(([service]) => service.startsWith('sortition.admin.'))
    .flatMap(([, methods]) => Object.values(methods).map(({ path }) => path as RpcName));
  return paths.find((path) => path.endsWith(`/${name}`));
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
