import { type EvaluationContext, GeneralError, ProviderFatalError } from '@openfeature/server-sdk';

import type { Evaluated, Evaluator, EvaluatorEvents } from './evaluator.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import { RemoteEvaluator } from './remote-evaluator.js';
import { isRefusedCredential, messageOf } from './rpc-failure.js';
import { SnapshotHolder } from './snapshot-holder.js';
import { SnapshotSync } from './snapshot-sync.js';
import { unitAttributesOf } from './unit-attributes-of.js';

const NOT_READY: Evaluated = {
  decision: { errorCode: 'PROVIDER_NOT_READY', errorMessage: 'No snapshot has been received yet.' },
  setMetadata: {},
};

/**
 * Evaluates in this process, from a snapshot that is kept current. A call to the platform is made only for a flag of a
 * sticky experiment: the platform keeps the assignments.
 */
export class InProcessEvaluator implements Evaluator {
  private readonly holder = new SnapshotHolder();
  private readonly sync: SnapshotSync;
  private readonly remote: RemoteEvaluator;
  private settleStart: ((error?: Error) => void) | undefined;
  private isCurrent = false;
  private hasStarted = false;
  private lastError: unknown;

  constructor(
    client: PlatformClient,
    private readonly settings: ProviderSettings,
    private readonly events: EvaluatorEvents,
  ) {
    this.remote = new RemoteEvaluator(client, settings);
    this.sync = new SnapshotSync(client, this.holder, settings, {
      current: () => this.becameCurrent(),
      changed: (flagKeys) => {
        this.knowUnits();
        events.changed([...flagKeys]);
      },
      lost: (error) => this.lost(error),
    });
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const why = this.lastError === undefined ? 'no answer' : messageOf(this.lastError);
        const { target, initTimeoutMs } = this.settings;
        const message = `No snapshot from ${target} within ${String(initTimeoutMs)} ms (${why}). Attempts go on.`;
        this.settleStart?.(new GeneralError(message));
      }, this.settings.initTimeoutMs);
      this.settleStart = (error) => {
        clearTimeout(timer);
        this.settleStart = undefined;
        this.hasStarted = true;
        if (error) reject(error);
        else resolve();
      };
      this.sync.start();
    });
  }

  evaluate(flagKey: string, context: EvaluationContext): Evaluated | Promise<Evaluated> {
    const { held } = this.holder;
    if (!held) return NOT_READY;
    const { compiled, setMetadata } = held;
    const step = compiled.begin(flagKey, context, { now: Date.now() });
    if (step.kind === 'decided') return { decision: step.decision, setMetadata };
    return this.remote.evaluate(flagKey, context).then((answer) => ({
      decision: answer.decision,
      setMetadata: { ...setMetadata, ...answer.setMetadata, evaluatedBy: 'remote' },
    }));
  }

  close(): void {
    this.sync.stop();
    this.settleStart?.(new GeneralError('The provider was closed before it was ready.'));
  }

  private becameCurrent(): void {
    if (this.isCurrent) return;
    this.isCurrent = true;
    this.knowUnits();
    if (this.settleStart) this.settleStart();
    else if (this.hasStarted) this.events.recovered();
  }

  private lost(error: unknown): void {
    this.lastError = error;
    if (this.settleStart && isRefusedCredential(error)) {
      this.sync.stop();
      this.settleStart(new ProviderFatalError(messageOf(error), { cause: error }));
      return;
    }
    if (!this.isCurrent) return;
    this.isCurrent = false;
    this.events.stale(messageOf(error));
  }

  private knowUnits(): void {
    const { held } = this.holder;
    if (held) this.events.unitAttributes(unitAttributesOf(held.compiled));
  }
}
