import { type Attributes, metrics, type ObservableResult } from '@opentelemetry/api';

const meter = metrics.getMeter('sortition.requests');

const rpcDuration = meter.createHistogram('sortition.rpc.duration', {
  description: 'RPCs with one answer, from the received request to the answer, by RPC and gRPC status code.',
  unit: 's',
});
const httpDuration = meter.createHistogram('sortition.http.duration', {
  description: 'HTTP requests with one answer, by method, route and status.',
  unit: 's',
});
const openStreams = meter.createObservableGauge('sortition.streams.open', {
  description: 'Streams that callers hold open, by transport: grpc, http.',
});

/** Notes how long an RPC took. @param code gRPC status code; 0 is OK. */
export function recordRpc(rpc: string, code: number, durationMs: number): void {
  rpcDuration.record(durationMs / 1_000, { rpc, code });
}

/** Notes how long an HTTP request took. @param route its pattern, of which there are few. */
export function recordHttp(attributes: Attributes & { readonly route: string }, durationMs: number): void {
  httpDuration.record(durationMs / 1_000, attributes);
}

/** Shows how many streams of a transport are open, until the returned function is called. */
export function observeOpenStreams(transport: 'grpc' | 'http', count: () => number): () => void {
  const observe = (result: ObservableResult): void => {
    result.observe(count(), { transport });
  };
  openStreams.addCallback(observe);
  return () => {
    openStreams.removeCallback(observe);
  };
}
