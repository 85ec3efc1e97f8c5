import {
  type MethodDefinition,
  type sendUnaryData,
  Server,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

/** An RPC as the gRPC server serves it. */
export interface ServedMethod {
  readonly definition: MethodDefinition<unknown, unknown>;
  /** Handles a call of grpc-js's server, or one like it. */
  readonly handle: (call: unknown, callback?: sendUnaryData<unknown>) => void;
}

/** Finds the RPCs that are served. */
export interface ServedMethods {
  /** @throws Error for an RPC that is not served. */
  served(path: string): ServedMethod;
}

/** What a server serves that is not there yet. */
export class LaterMethods implements ServedMethods {
  private methods: ServedMethods | undefined;

  /** The server is there. */
  arrive(methods: ServedMethods): void {
    this.methods = methods;
  }

  served(path: string): ServedMethod {
    if (!this.methods) throw new Error(`The RPC ${path} is not served yet.`);
    return this.methods.served(path);
  }
}

/** A gRPC server that tells what it serves, for doors by other protocols to the same handlers. */
export class TellingServer extends Server implements ServedMethods {
  private readonly methods = new Map<string, ServedMethod>();

  override addService(service: ServiceDefinition, implementation: UntypedServiceImplementation): void {
    super.addService(service, implementation);
    for (const [name, definition] of Object.entries(service)) {
      const handler = implementation[name] ?? implementation[definition.originalName ?? ''];
      // Handlers of every kind take a call, and those of unary RPCs a callback.
      if (handler) this.methods.set(definition.path, { definition, handle: handler as ServedMethod['handle'] });
    }
  }

  served(path: string): ServedMethod {
    const method = this.methods.get(path);
    if (!method) throw new Error(`The RPC ${path} is not served.`);
    return method;
  }
}
