import { type Attributes, metrics, type ObservableGauge, type ObservableResult } from '@opentelemetry/api';

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
const openConnections = meter.createObservableGauge('sortition.connections.open', {
  description: 'Connections that callers hold open, by transport: grpc, http.',
});
const refusedConnections = meter.createCounter('sortition.connections.refused', {
  description: 'Connections closed as they were opened, since a limit was reached, by transport.',
});

export type Transport = 'grpc' | 'http';

/** Notes how long an RPC took. @param code gRPC status code; 0 is OK. */
export function recordRpc(rpc: string, code: number, durationMs: number): void {
  rpcDuration.record(durationMs / 1_000, { rpc, code });
}

/** Notes how long an HTTP request took. @param route its pattern, of which there are few. */
export function recordHttp(attributes: Attributes & { readonly route: string }, durationMs: number): void {
  httpDuration.record(durationMs / 1_000, attributes);
}

/** Notes that a connection was closed as it was opened. */
export function recordRefusedConnection(transport: Transport): void {
  refusedConnections.add(1, { transport });
}

/** Shows how many streams of a transport are open, until the returned function is called. */
export function observeOpenStreams(transport: Transport, count: () => number): () => void {
  return observe(openStreams, transport, count);
}

/** Shows how many connections of a transport are open, until the returned function is called. */
export function observeOpenConnections(transport: Transport, count: () => number): () => void {
  return observe(openConnections, transport, count);
}

function observe(gauge: ObservableGauge, transport: Transport, count: () => number): () => void {
  const report = (result: ObservableResult): void => {
    result.observe(count(), { transport });
  };
  gauge.addCallback(report);
  return () => {
    gauge.removeCallback(report);
  };
}
