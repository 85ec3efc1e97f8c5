import {
  type CallOptions,
  ChannelCredentials,
  type ClientUnaryCall,
  connectivityState,
  credentials,
  Metadata,
} from '@grpc/grpc-js';
import { assignment, events } from '@sortition/contracts';

import type { ProviderSettings } from './provider-options.js';

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: Error | null, response?: Response) => void,
) => ClientUnaryCall;

/** The platform's RPCs over one channel, with the credential in place. */
export class PlatformClient {
  private readonly assignment: assignment.AssignmentServiceClient;
  private readonly snapshots: assignment.SnapshotServiceClient;
  private readonly events: events.EventsServiceClient;
  private readonly metadata = new Metadata();

  constructor({ target, tls, apiKey, maxReconnectDelayMs }: ProviderSettings) {
    this.metadata.set('authorization', `Bearer ${apiKey}`);
    const channelCredentials = credentialsFor(tls);
    const options = {
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': maxReconnectDelayMs,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.max_receive_message_length': -1,
      // A channel of its own: closing this provider must not touch another one's.
      'grpc.use_local_subchannel_pool': 1,
    };
    this.assignment = new assignment.AssignmentServiceClient(target, channelCredentials, options);
    const shared = { ...options, channelOverride: this.assignment.getChannel() };
    this.snapshots = new assignment.SnapshotServiceClient(target, channelCredentials, shared);
    this.events = new events.EventsServiceClient(target, channelCredentials, shared);
  }

  resolve(request: assignment.ResolveRequest, timeoutMs: number): Promise<assignment.ResolveResponse> {
    return this.unary(this.assignment.resolve.bind(this.assignment), request, timeoutMs);
  }

  resolveBatch(
    request: assignment.ResolveBatchRequest,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<assignment.ResolveBatchResponse> {
    return this.unary(this.assignment.resolveBatch.bind(this.assignment), request, timeoutMs, signal);
  }

  watchFlags(request: assignment.WatchFlagsRequest): ReturnType<assignment.AssignmentServiceClient['watchFlags']> {
    return this.assignment.watchFlags(request, this.metadata);
  }

  getSnapshot(
    request: assignment.GetSnapshotRequest,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<assignment.GetSnapshotResponse> {
    return this.unary(this.snapshots.getSnapshot.bind(this.snapshots), request, timeoutMs, signal);
  }

  watchSnapshot(
    request: assignment.WatchSnapshotRequest,
  ): ReturnType<assignment.SnapshotServiceClient['watchSnapshot']> {
    return this.snapshots.watchSnapshot(request, this.metadata);
  }

  /** @param request an encoded PublishEventsRequest. */
  publishEvents(request: Uint8Array, timeoutMs: number, signal: AbortSignal): Promise<events.PublishEventsResponse> {
    const { path, responseDeserialize } = events.EventsServiceService.publishEvents;
    const call: Unary<Buffer, events.PublishEventsResponse> = (bytes, metadata, options, callback) =>
      this.events.makeUnaryRequest(path, (same) => same, responseDeserialize, bytes, metadata, options, callback);
    return this.unary(call, Buffer.from(request), timeoutMs, signal);
  }

  /**
   * Closes the connection, one that is being opened as soon as it is. grpc-js 1.14 leaves the socket of a channel that is
   * closed while it connects open for good, and the process with it.
   */
  close(): void {
    const channel = this.assignment.getChannel();
    const { CONNECTING } = connectivityState;
    if (channel.getConnectivityState(false) !== CONNECTING) this.assignment.close();
    else channel.watchConnectivityState(CONNECTING, Infinity, () => setImmediate(() => this.close()));
  }

  private unary<Request, Response>(
    call: Unary<Request, Response>,
    request: Request,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        running.cancel();
      };
      const running = call(request, this.metadata, { deadline: Date.now() + timeoutMs }, (error, response) => {
        signal?.removeEventListener('abort', cancel);
        if (response === undefined) reject(error ?? new Error('The call ended without an answer.'));
        else resolve(response);
      });
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
    });
  }
}

function credentialsFor(tls: ProviderSettings['tls']): ChannelCredentials {
  if (tls instanceof ChannelCredentials) return tls;
  if (tls === false) return credentials.createInsecure();
  if (tls === true) return credentials.createSsl();
  const { certificateAuthority, privateKey, certificate } = tls;
  return credentials.createSsl(bytesOf(certificateAuthority), bytesOf(privateKey), bytesOf(certificate));
}

function bytesOf(pem: string | Buffer | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem);
}
