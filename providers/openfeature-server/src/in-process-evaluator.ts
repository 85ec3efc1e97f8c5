import type { EvaluationContext } from '@openfeature/server-sdk';
import type { assignment } from '@sortition/contracts';

import { Connection } from './connection.js';
import type { ClientFlags, Evaluated, Evaluator, EvaluatorEvents } from './evaluator.js';
import type { Change } from './keep-current.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import { RemoteCalls } from './remote-calls.js';
import { SnapshotCache } from './snapshot-cache.js';
import { SnapshotHolder } from './snapshot-holder.js';
import { SnapshotSource } from './snapshot-source.js';
import { unitAttributesOf } from './unit-attributes-of.js';

const NOT_READY: Evaluated = {
  decision: { errorCode: 'PROVIDER_NOT_READY', errorMessage: 'No snapshot has been received yet.' },
  setMetadata: {},
};

/**
 * Evaluates in this process, from a snapshot that is kept current. The platform is asked only for flags that cannot be
 * decided here: those of sticky experiments, whose assignments it keeps, and those that reach an operator which this
 * process lacks.
 */
export class InProcessEvaluator implements Evaluator {
  private readonly holder: SnapshotHolder;
  private readonly calls: RemoteCalls;
  private readonly cache: SnapshotCache | undefined;
  private readonly connection: Connection<assignment.WatchSnapshotResponse>;
  /** Whether the platform has said since the start that what is held is current. */
  private isConfirmed = false;

  constructor(
    client: PlatformClient,
    private readonly settings: ProviderSettings,
    private readonly events: EvaluatorEvents,
  ) {
    this.cache = settings.cacheDirectory === undefined ? undefined : new SnapshotCache(settings);
    this.holder = new SnapshotHolder(settings.operators, this.cache);
    this.calls = new RemoteCalls(client, settings);
    this.connection = new Connection(new SnapshotSource(client, this.holder, settings), settings, {
      connected: () => this.confirm(),
      recovered: () => {
        this.confirm();
        events.recovered();
      },
      lost: (message, loss) => (loss === 'now' ? events.stale(message) : events.failed(message)),
      changed: (change) => {
        this.knowUnits(change);
        events.changed(change);
      },
    });
  }

  async start(): Promise<void> {
    const hasCached = await this.takeCached();
    await this.connection.start(hasCached ? { afterMs: this.settings.requestTimeoutMs } : undefined);
  }

  evaluate(flagKey: string, context: EvaluationContext): Evaluated | Promise<Evaluated> {
    const { held } = this.holder;
    if (!held) return NOT_READY;
    const { compiled, setMetadata } = held;
    const step = compiled.begin(flagKey, context, { now: Date.now() });
    // The engine answers GENERAL for what cannot be decided here, and for nothing else.
    if (step.kind === 'decided' && step.decision.errorCode !== 'GENERAL') {
      const { decision } = step;
      return { decision: this.isConfirmed ? decision : fromCache(decision), setMetadata };
    }
    return this.calls.evaluate(flagKey, context).then((answer) => ({
      decision: answer.decision,
      setMetadata: { ...setMetadata, ...answer.setMetadata, evaluatedBy: 'remote' },
    }));
  }

  clientFlags(): ClientFlags | undefined {
    const { held } = this.holder;
    if (!held) return undefined;
    const { compiled, setMetadata } = held;
    const keys = [...compiled.flagKeys()].filter((key) => compiled.flag(key)?.clientVisible === true);
    return { keys: keys.sort(), setMetadata };
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.cache?.close();
  }

  /** Takes the last known good state from disk. Returns whether there was a usable one. */
  private async takeCached(): Promise<boolean> {
    if (this.holder.held) return true;
    const hasTaken = (await this.cache?.readInto((state) => this.holder.takeCached(state))) ?? false;
    if (hasTaken) this.knowUnits('any');
    return hasTaken;
  }

  private confirm(): void {
    this.isConfirmed = true;
    this.knowUnits('any');
  }

  private knowUnits(change: Change): void {
    const { held } = this.holder;
    if (held) this.events.unitAttributes(unitAttributesOf(held.compiled, change));
  }
}

/** A value of a state from disk that the platform has not confirmed. */
function fromCache(decision: Evaluated['decision']): Evaluated['decision'] {
  return decision.value === undefined ? decision : { ...decision, reason: 'CACHED' };
}
