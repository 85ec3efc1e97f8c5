import type { ServerWritableStream } from '@grpc/grpc-js';
import type { assignment } from '@sortition/contracts';

import { whenCallEnds } from '../../../../runtime/grpc/when-call-ends.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { LoggedDelta, LoggedState } from '../../domain/revision-log.js';
import type { OpenStream } from './open-streams.js';
import { PacedWriter } from '../paced-writer.js';
import { deltaMessage, fullMessage, heartbeatMessage } from './snapshot-messages.js';

/** Takes messages that are encoded already: the same one goes out on every stream of an environment. */
export type WatchCall = ServerWritableStream<assignment.WatchSnapshotRequest, Buffer>;

/** More changes than this are replaced by the whole state. */
const MAX_DELTAS = 64;

/**
 * One evaluator's stream. It holds no queue: a reader that is too slow is sent nothing until it has drained, and then
 * what leads from the last revision it was sent to the newest.
 */
export class SnapshotWatcher implements OpenStream {
  private sentRevision: number;
  private sentHash: string;
  private readonly writer: PacedWriter<Buffer>;
  private isReadingWhole = false;
  private hasEnded = false;

  constructor(
    private readonly call: WatchCall,
    private readonly environment: LoadedEnvironment,
  ) {
    this.sentRevision = call.request.fromRevision;
    this.sentHash = call.request.contentHash;
    this.writer = new PacedWriter(call, () => {
      this.catchUp();
    });
  }

  /** Calls `listener` once when the stream is over, whoever ended it. */
  onEnd(listener: () => void): void {
    whenCallEnds(this.call, () => {
      this.hasEnded = true;
      listener();
    });
  }

  /** Sends the first message at once: what is missing, or a heartbeat when nothing is. */
  start(): void {
    const held = this.sentHash;
    this.catchUp();
    if (this.sentHash === held) this.sendHeartbeat();
  }

  /** Sends what leads to the newest revision. */
  catchUp(): void {
    if (!this.takesMore) return;
    const { log } = this.environment;
    const { full, deltas } = log.catchUp(this.sentRevision, this.sentHash);
    // A reader that another process sent this very revision as a whole knows it by its text.
    const mayHoldNewest = full !== undefined && this.sentHash !== '' && this.sentRevision === log.revision;
    if (deltas.length > MAX_DELTAS || (mayHoldNewest && log.newest === undefined)) this.sendWhole();
    else this.sendAll(full, deltas);
  }

  /** Says that the stream is alive, unless the reader is behind anyway. */
  sendHeartbeat(): void {
    if (!this.takesMore) return;
    this.writer.write(heartbeatMessage(this.sentRevision, this.sentHash));
  }

  end(): void {
    if (!this.hasEnded) this.call.end();
  }

  private get takesMore(): boolean {
    return !this.writer.isBlocked && !this.isReadingWhole && !this.hasEnded;
  }

  private sendWhole(): void {
    this.isReadingWhole = true;
    const proceed = (whole: LoggedState | undefined): void => {
      this.isReadingWhole = false;
      if (this.hasEnded) return;
      const { log } = this.environment;
      const missing = log.catchUp(this.sentRevision, this.sentHash);
      if (whole === undefined || (!missing.full && missing.deltas.length <= MAX_DELTAS)) {
        this.sendAll(missing.full, missing.deltas);
        if (!missing.full && missing.deltas.length === 0) this.sendHeartbeat();
        return;
      }
      const { full, deltas } = log.catchUp(whole.revision, whole.contentHash);
      this.sendAll(full ?? whole, deltas);
    };
    // Without the whole state, the changes one by one lead to the same revision.
    this.environment.wholeState().then(proceed, () => proceed(undefined));
  }

  private sendAll(full: LoggedState | undefined, deltas: readonly LoggedDelta[]): void {
    const newest = deltas.at(-1) ?? full;
    if (full) this.send(fullMessage(full, full === newest ? 'last' : 'followed'), full.revision, full.textHash);
    for (const delta of deltas) {
      this.send(deltaMessage(delta, delta === newest ? 'last' : 'followed'), delta.revision, delta.contentHash);
    }
  }

  private send(message: Buffer, revision: number, contentHash: string): void {
    this.writer.write(message);
    this.sentRevision = revision;
    this.sentHash = contentHash;
  }
}
