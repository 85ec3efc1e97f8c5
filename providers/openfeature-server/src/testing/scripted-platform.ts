import { createHash } from 'node:crypto';

import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { assignment, events } from '@sortition/contracts';
import { diffSnapshots, type Flag, type Snapshot } from '@sortition/evaluation';

type WatchCall = ServerWritableStream<assignment.WatchSnapshotRequest, assignment.WatchSnapshotResponse>;

type FlagsCall = ServerWritableStream<assignment.WatchFlagsRequest, assignment.WatchFlagsResponse>;

/** In PEM. */
interface ServerTls {
  readonly certificate: string;
  readonly privateKey: string;
  /** Present: clients have to show a certificate that it signed. */
  readonly clientAuthority?: string;
}

interface Refusal {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

/** A platform on a real gRPC server that does what a test says. */
export class ScriptedPlatform {
  /** Requests of all streams that were opened, in order. */
  readonly watches: assignment.WatchSnapshotRequest[] = [];
  /** Batches that arrived, whether they were taken or not. */
  readonly batches: (readonly events.Event[])[] = [];
  polls = 0;
  /** Present: streams and calls for state end with it. */
  refusal: Refusal | undefined;
  /** Present: only streams end with it. */
  streamRefusal: Refusal | undefined;
  /** While true, streams are opened and stay silent. */
  isSilent = false;
  /** While true, streams begin with the state that was there first, and changes lead on to the newest. */
  beginsWithOldest = false;
  /** While true, such streams bring their first message alone. */
  isRestHeld = false;
  /** Decisions of Resolve by flag; other flags are not found. */
  readonly decisions = new Map<string, Partial<assignment.Decision>>();
  /** Requests of Resolve, in order. */
  readonly resolved: assignment.ResolveRequest[] = [];
  /** Answers of the next batches; after them every batch is taken. `hang` never answers. */
  readonly publishScript: (status | Refusal | 'hang')[] = [];
  /** What becomes of tracked events by name; others are accepted. */
  readonly eventStatuses = new Map<string, events.EventStatus>();
  /** Sizes of the batches of evaluations that arrived, in order; those that ask for nothing are left out. */
  readonly batchSizes: number[] = [];
  private readonly oldest: assignment.WatchSnapshotResponse;
  private readonly deltas: assignment.WatchSnapshotResponse[] = [];
  private readonly streams = new Set<WatchCall>();
  private readonly flagStreams = new Set<FlagsCall>();
  private readonly waiting = new Set<() => void>();

  private constructor(
    private server: Server,
    private port: number,
    private snapshot: Snapshot,
    private readonly tls: ServerTls | undefined,
  ) {
    this.oldest = { update: { $case: 'full', value: this.json() }, ...this.tag(), hasMore: true };
  }

  /** Listens on any free port; with TLS when it has a certificate. */
  static async start(snapshot: Snapshot, tls?: ServerTls): Promise<ScriptedPlatform> {
    const platform = new ScriptedPlatform(new Server(), 0, snapshot, tls);
    await platform.listen();
    return platform;
  }

  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  /** Events of all batches, each id once. */
  get events(): readonly events.Event[] {
    const byId = new Map(this.batches.flat().map((event) => [event.id, event]));
    return [...byId.values()];
  }

  get openStreams(): number {
    return this.streams.size;
  }

  /** Publishes other flags at the next revision, as a change to every open stream. */
  publishFlags(flags: readonly Flag[]): void {
    const before = this.snapshot;
    this.snapshot = { ...before, revision: before.revision + 1, flags };
    const value = Buffer.from(JSON.stringify(diffSnapshots(before, this.snapshot)));
    const message = { update: { $case: 'delta' as const, value }, ...this.tag(), hasMore: false };
    this.deltas.push(message);
    for (const stream of this.streams) stream.write(message);
    const changed = [...diffSnapshots(before, this.snapshot).flags.upserted.map(({ key }) => key)];
    for (const stream of this.flagStreams) {
      stream.write({ revision: this.snapshot.revision, changed, isAnyChanged: false });
    }
  }

  /** Sends the changes that were held. */
  sendRest(): void {
    for (const stream of this.streams) this.leadOn(stream);
  }

  /** Sends what is no valid message to every open stream. */
  sendDamaged(): void {
    const value = Buffer.from('{}');
    for (const stream of this.streams) {
      stream.write({ update: { $case: 'full', value }, revision: 9, contentHash: 'x', hasMore: false });
    }
  }

  endStreams(): void {
    for (const stream of [...this.streams, ...this.flagStreams]) stream.end();
  }

  /** Resolves as soon as the condition holds; checked whenever something arrives. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
    }
  }

  async stop(): Promise<void> {
    this.server.forceShutdown();
    this.streams.clear();
    this.flagStreams.clear();
  }

  /** Listens again on the same port. */
  async restart(): Promise<void> {
    this.server = new Server();
    await this.listen();
  }

  private async listen(): Promise<void> {
    this.server.addService(assignment.SnapshotServiceService, {
      watchSnapshot: (call: WatchCall) => this.watch(call),
      getSnapshot: (call: unknown, callback: sendUnaryData<assignment.GetSnapshotResponse>) => this.poll(callback),
    });
    this.server.addService(assignment.AssignmentServiceService, {
      resolve: (
        call: ServerUnaryCall<assignment.ResolveRequest, assignment.ResolveResponse>,
        callback: sendUnaryData<assignment.ResolveResponse>,
      ) => this.resolve(call.request, callback),
      resolveAll: (call: unknown, callback: sendUnaryData<unknown>) => callback({ code: status.UNIMPLEMENTED }),
      resolveBatch: (
        call: ServerUnaryCall<assignment.ResolveBatchRequest, assignment.ResolveBatchResponse>,
        callback: sendUnaryData<assignment.ResolveBatchResponse>,
      ) => this.resolveBatch(call.request, callback),
      watchFlags: (call: FlagsCall) => this.watchFlags(call),
      explain: (call: unknown, callback: sendUnaryData<unknown>) => callback({ code: status.UNIMPLEMENTED }),
    });
    this.server.addService(events.EventsServiceService, {
      publishEvents: (
        call: ServerUnaryCall<events.PublishEventsRequest, events.PublishEventsResponse>,
        callback: sendUnaryData<events.PublishEventsResponse>,
      ) => this.take(call.request.events, callback),
    });
    this.port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync(`127.0.0.1:${String(this.port)}`, credentialsOf(this.tls), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
  }

  private watch(call: WatchCall): void {
    this.watches.push(call.request);
    const refusal = this.refusal ?? this.streamRefusal;
    if (refusal) {
      call.emit('error', refusal);
    } else {
      this.streams.add(call);
      call.on('cancelled', () => {
        this.streams.delete(call);
        this.arrived();
      });
      call.on('finish', () => this.streams.delete(call));
      if (this.beginsWithOldest) {
        if (call.request.contentHash === '') call.write(this.oldest);
        if (!this.isRestHeld) this.leadOn(call);
        this.arrived();
        return;
      }
      const isKnown = call.request.contentHash === this.tag().contentHash;
      const update: assignment.WatchSnapshotResponse['update'] = isKnown
        ? { $case: 'heartbeat', value: {} }
        : { $case: 'full', value: this.json() };
      if (!this.isSilent) call.write({ update, ...this.tag(), hasMore: false });
    }
    this.arrived();
  }

  /** Sends every change; all but the last say that more follow. */
  private leadOn(call: WatchCall): void {
    for (const delta of this.deltas) call.write({ ...delta, hasMore: delta !== this.deltas.at(-1) });
  }

  private poll(callback: sendUnaryData<assignment.GetSnapshotResponse>): void {
    this.polls += 1;
    if (this.refusal) callback(this.refusal);
    else callback(null, { full: this.json(), ...this.tag() });
    this.arrived();
  }

  private resolve(request: assignment.ResolveRequest, callback: sendUnaryData<assignment.ResolveResponse>): void {
    this.resolved.push(request);
    const decision = this.decisions.get(request.flag);
    if (this.refusal || !decision) {
      callback(this.refusal ?? { code: status.NOT_FOUND, details: 'There is no such flag.' });
      return;
    }
    callback(null, {
      decision: assignment.Decision.fromPartial({ flag: request.flag, ...decision }),
      revision: this.snapshot.revision,
    });
  }

  private watchFlags(call: FlagsCall): void {
    const refusal = this.refusal ?? this.streamRefusal;
    const { revision } = this.snapshot;
    const { fromRevision } = call.request;
    if (refusal) call.emit('error', refusal);
    else {
      this.flagStreams.add(call);
      for (const end of ['cancelled', 'finish']) call.on(end, () => this.flagStreams.delete(call));
      call.write({ revision, changed: [], isAnyChanged: fromRevision !== 0 && fromRevision !== revision });
    }
    this.arrived();
  }

  private resolveBatch(
    { requests }: assignment.ResolveBatchRequest,
    callback: sendUnaryData<assignment.ResolveBatchResponse>,
  ): void {
    if (requests.length > 0) this.batchSizes.push(requests.length);
    else this.polls += 1;
    this.resolved.push(...requests);
    const { revision } = this.snapshot;
    const decisions = requests.map(({ flag }) =>
      assignment.Decision.fromPartial({ flag, ...(this.decisions.get(flag) ?? { errorCode: 'FLAG_NOT_FOUND' }) }),
    );
    if (this.refusal) callback(this.refusal);
    else callback(null, { decisions, revision });
    this.arrived();
  }

  private take(batch: readonly events.Event[], callback: sendUnaryData<events.PublishEventsResponse>): void {
    this.batches.push(batch);
    const answer = this.publishScript.shift();
    if (answer === undefined) {
      callback(null, { results: batch.map((event) => this.resultOf(event)) });
    } else if (answer !== 'hang') callback(typeof answer === 'number' ? { code: answer, details: 'scripted' } : answer);
    this.arrived();
  }

  private resultOf({ id, payload }: events.Event): events.EventResult {
    const scripted = payload?.$case === 'tracked' ? this.eventStatuses.get(payload.value.name) : undefined;
    const said = scripted === undefined ? { reason: '', message: '' } : { reason: 'SCRIPTED', message: 'As told.' };
    return { id, status: scripted ?? events.EventStatus.ACCEPTED, ...said };
  }

  private json(): Buffer {
    return Buffer.from(JSON.stringify(this.snapshot));
  }

  private tag(): { readonly revision: number; readonly contentHash: string } {
    return {
      revision: this.snapshot.revision,
      contentHash: createHash('sha256').update(this.json()).digest('hex'),
    };
  }

  private arrived(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

function credentialsOf(tls: ServerTls | undefined): ServerCredentials {
  if (!tls) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.privateKey) };
  const { clientAuthority } = tls;
  if (clientAuthority === undefined) return ServerCredentials.createSsl(null, [pair]);
  return ServerCredentials.createSsl(Buffer.from(clientAuthority), [pair], true);
}
