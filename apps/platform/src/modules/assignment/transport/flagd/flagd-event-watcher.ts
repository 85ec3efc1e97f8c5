import type { ServerWritableStream } from '@grpc/grpc-js';
import type { flagdEvaluationV2 } from '@sortition/contracts';

import type { FlagChanges } from '../../application/flag-changes.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { Audience } from '../../domain/visible-flags.js';
import type { OpenStream } from '../grpc/open-streams.js';
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
  private isBlocked = false;
  private told;

  constructor(
    private readonly call: FlagdEventCall,
    private readonly environment: LoadedEnvironment,
    private readonly changes: FlagChanges,
    private readonly audience: Audience,
  ) {
    this.told = environment.state;
    call.on('drain', () => {
      this.isBlocked = false;
      this.catchUp();
    });
  }

  /** Says at once that flags can be evaluated. */
  start(): void {
    this.write({ type: 'provider_ready', data: {} });
  }

  /** Tells what changed since the last event. */
  catchUp(): void {
    const { state } = this.environment;
    if (this.isBlocked || state === this.told) return;
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
    this.write({ type: 'configuration_change', data: { flags } });
  }

  sendHeartbeat(): void {
    if (!this.isBlocked) this.write({ type: 'keep_alive', data: undefined });
  }

  end(): void {
    if (!this.isBlocked) this.write({ type: 'provider_shutdown', data: undefined });
    endForShutdown(this.call);
  }

  private write(message: flagdEvaluationV2.EventStreamResponse): void {
    this.isBlocked = !this.call.write(message);
  }
}
