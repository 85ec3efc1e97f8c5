import type { handleBidiStreamingCall, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { descriptorSet } from '@sortition/contracts';

/** The versions of the protocol that `@grpc/reflection` serves, and its one method. */
const SERVICES = ['grpc.reflection.v1.ServerReflection', 'grpc.reflection.v1alpha.ServerReflection'] as const;
const METHOD = 'ServerReflectionInfo';

type Handler = handleBidiStreamingCall<unknown, unknown>;

interface LoadedMethod {
  readonly definition: ServiceDefinition[string];
  readonly handle: Handler;
}

/** Adds gRPC server reflection, whose descriptors are read when somebody first asks: few ever do. */
export function addReflection(server: Server): void {
  let loading: Promise<ReadonlyMap<string, LoadedMethod>> | undefined;
  for (const service of SERVICES) {
    const path = `/${service}/${METHOD}`;
    let method: LoadedMethod | undefined;
    const loaded = (): LoadedMethod => {
      if (!method) throw new Error(`${path} is used before it is loaded.`);
      return method;
    };
    const handle: Handler = (call) => {
      loading ??= loadReflection();
      loading.then(
        (methods) => {
          method = methods.get(path);
          loaded().handle(call);
        },
        (error: unknown) => call.emit('error', error),
      );
    };
    const definition: ServiceDefinition[string] = {
      path,
      requestStream: true,
      responseStream: true,
      // A message is read when a handler asks for it, and that is loaded by then.
      requestSerialize: (message) => loaded().definition.requestSerialize(message),
      requestDeserialize: (bytes): unknown => loaded().definition.requestDeserialize(bytes),
      responseSerialize: (message) => loaded().definition.responseSerialize(message),
      responseDeserialize: (bytes): unknown => loaded().definition.responseDeserialize(bytes),
    };
    server.addService({ [METHOD]: definition }, { [METHOD]: handle });
  }
}

async function loadReflection(): Promise<ReadonlyMap<string, LoadedMethod>> {
  const [{ ReflectionService }, { loadFileDescriptorSetFromBuffer }] = await Promise.all([
    import('@grpc/reflection'),
    import('@grpc/proto-loader'),
  ]);
  const methods = new Map<string, LoadedMethod>();
  const collecting: Pick<Server, 'addService'> = {
    addService: (service: ServiceDefinition, implementation: UntypedServiceImplementation) => {
      for (const [name, definition] of Object.entries(service)) {
        const handle = implementation[name] ?? implementation[definition.originalName ?? ''];
        if (handle) methods.set(definition.path, { definition, handle: handle as Handler });
      }
    },
  };
  new ReflectionService(loadFileDescriptorSetFromBuffer(descriptorSet())).addToServer(collecting);
  return methods;
}
