import type { ServerWritableStream } from '@grpc/grpc-js';
import type { assignment } from '@sortition/contracts';

import type { FlagChanges } from '../../application/flag-changes.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { Audience } from '../../domain/visible-flags.js';
import type { OpenStream } from './open-streams.js';
import { PacedWriter } from '../paced-writer.js';

export type WatchFlagsCall = ServerWritableStream<assignment.WatchFlagsRequest, assignment.WatchFlagsResponse>;

/**
 * One caller's stream of changed flags. It holds no queue: a reader that is too slow is told, once it has drained, of
 * everything that changed meanwhile in one message.
 */
export class FlagWatcher implements OpenStream {
  private readonly writer: PacedWriter<assignment.WatchFlagsResponse>;
  private told;

  constructor(
    private readonly call: WatchFlagsCall,
    private readonly environment: LoadedEnvironment,
    private readonly changes: FlagChanges,
    private readonly audience: Audience,
  ) {
    this.told = environment.state;
    this.writer = new PacedWriter(call, () => {
      this.catchUp();
    });
  }

  /** Sends the first message at once. */
  start(): void {
    const { fromRevision } = this.call.request;
    const { revision } = this.told;
    this.writer.write({ revision, changed: [], isAnyChanged: fromRevision !== 0 && fromRevision !== revision });
  }

  /** Tells what changed since the last message. */
  catchUp(): void {
    const { state } = this.environment;
    if (this.writer.isBlocked || state === this.told) return;
    const changed = this.changes.between(this.told, state, this.audience);
    this.told = state;
    this.writer.write({ revision: state.revision, changed, isAnyChanged: false });
  }

  sendHeartbeat(): void {
    if (!this.writer.isBlocked) this.writer.write({ revision: this.told.revision, changed: [], isAnyChanged: false });
  }

  end(): void {
    this.call.end();
  }
}
