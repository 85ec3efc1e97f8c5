import type { EvaluationContext } from '@openfeature/server-sdk';
import type { assignment } from '@sortition/contracts';

import { Connection } from './connection.js';
import type { Evaluated, Evaluator, EvaluatorEvents } from './evaluator.js';
import { FlagWatchSource } from './flag-watch-source.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import { RemoteCalls } from './remote-calls.js';

/**
 * Evaluates by calls to the platform, and needs no snapshot: every evaluation takes a round trip. A stream tells which
 * flags changed.
 */
export class RemoteEvaluator implements Evaluator {
  private readonly calls: RemoteCalls;
  private readonly connection: Connection<assignment.WatchFlagsResponse>;

  constructor(client: PlatformClient, settings: ProviderSettings, events: EvaluatorEvents) {
    this.calls = new RemoteCalls(client, settings);
    this.connection = new Connection(new FlagWatchSource(client, settings), settings, {
      connected: () => undefined,
      recovered: () => events.recovered(),
      // Nothing is held that could be stale: without the platform, evaluations fail.
      lost: (message, loss) => {
        if (loss !== 'lasting') events.failed(message);
      },
      changed: (change) => events.changed(change),
    });
  }

  start(): Promise<void> {
    return this.connection.start();
  }

  evaluate(flagKey: string, context: EvaluationContext): Promise<Evaluated> {
    return this.calls.evaluate(flagKey, context);
  }

  async close(): Promise<void> {
    this.connection.close();
  }
}
