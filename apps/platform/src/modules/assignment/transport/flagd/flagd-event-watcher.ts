import type { ServerWritableStream } from '@grpc/grpc-js';
import type { flagdEvaluationV2 } from '@sortition/contracts';

import type { FlagChanges } from '../../application/flag-changes.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { Audience } from '../../domain/visible-flags.js';
import type { OpenStream } from '../grpc/open-streams.js';
import { PacedWriter } from '../paced-writer.js';
import { endForShutdown } from './flagd-stream-end.js';

/** Both versions of flagd's protocol have the same event stream. */
export type FlagdEventCall = ServerWritableStream<
  flagdEvaluationV2.EventStreamRequest,
  flagdEvaluationV2.EventStreamResponse
>;

/**
 * One client's stream of events. It holds no queue: a reader that is too slow is told, once it has drained, of
 * everything that changed meanwhile in one event.
 */
export class FlagdEventWatcher implements OpenStream {
  private readonly writer: PacedWriter<flagdEvaluationV2.EventStreamResponse>;
  private told;

  constructor(
    private readonly call: FlagdEventCall,
    private readonly environment: LoadedEnvironment,
    private readonly changes: FlagChanges,
    private readonly audience: Audience,
  ) {
    this.told = environment.state;
    this.writer = new PacedWriter(call, () => {
      this.catchUp();
    });
  }

  /** Says at once that flags can be evaluated. */
  start(): void {
    this.writer.write({ type: 'provider_ready', data: {} });
  }

  /** Tells what changed since the last event. */
  catchUp(): void {
    const { state } = this.environment;
    if (this.writer.isBlocked || state === this.told) return;
    const before = this.told;
    const changed = this.changes.between(before, state, this.audience);
    this.told = state;
    if (changed.length === 0) return;
    const flags = Object.fromEntries(
      changed.map((flagKey) => {
        const was = before.flags.has(this.audience, flagKey);
        const type = !state.flags.has(this.audience, flagKey) ? 'delete' : was ? 'update' : 'write';
        return [flagKey, { type, source: state.flagSetId, flagKey }];
      }),
    );
    this.writer.write({ type: 'configuration_change', data: { flags } });
  }

  sendHeartbeat(): void {
    if (!this.writer.isBlocked) this.writer.write({ type: 'keep_alive', data: undefined });
  }

  end(): void {
    if (!this.writer.isBlocked) this.writer.write({ type: 'provider_shutdown', data: undefined });
    endForShutdown(this.call);
  }
}
