import { status } from '@grpc/grpc-js';
import type { EvaluationContext } from '@openfeature/server-sdk';
import { assignment } from '@sortition/contracts';
import { toJson, withoutPrivate } from '@sortition/openfeature-core';

import type { Evaluated } from './evaluator.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import { messageOf, statusOf } from './rpc-failure.js';

/** Evaluations of one call at most, so that their contexts fit into one message. */
const MAX_BATCH = 100;

interface Waiting {
  readonly request: assignment.ResolveRequest;
  readonly done: (evaluated: Evaluated) => void;
}

/**
 * Evaluations by the platform. Those of the same tick go in one call, up to a bound. Private attributes are not sent.
 */
export class RemoteCalls {
  private waiting: Waiting[] = [];

  constructor(
    private readonly client: PlatformClient,
    private readonly settings: ProviderSettings,
  ) {}

  /** Never rejects: a failed call is an error decision. */
  evaluate(flagKey: string, context: EvaluationContext): Promise<Evaluated> {
    const json = toJson(context) as Record<string, unknown>;
    const request = { flag: flagKey, context: withoutPrivate(json, this.settings.isPrivate) };
    return new Promise((done) => {
      this.waiting.push({ request, done });
      // Runs once everything that the application asks for at the same time has been asked for.
      if (this.waiting.length === 1) process.nextTick(() => this.send());
    });
  }

  private send(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let start = 0; start < all.length; start += MAX_BATCH) {
      const batch = all.slice(start, start + MAX_BATCH);
      const [only] = batch;
      void (batch.length === 1 && only ? this.resolveOne(only) : this.resolveAll(batch));
    }
  }

  private async resolveOne({ request, done }: Waiting): Promise<void> {
    try {
      const { decision, revision } = await this.client.resolve(request, this.settings.requestTimeoutMs);
      done(evaluatedOf(decision, revision));
    } catch (error) {
      done(failed(statusOf(error) === status.NOT_FOUND ? 'FLAG_NOT_FOUND' : 'GENERAL', messageOf(error)));
    }
  }

  private async resolveAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const requests = batch.map(({ request }) => request);
      const { decisions, revision } = await this.client.resolveBatch({ requests }, this.settings.requestTimeoutMs);
      batch.forEach(({ done }, index) => done(evaluatedOf(decisions[index], revision)));
    } catch (error) {
      for (const { done } of batch) done(failed('GENERAL', messageOf(error)));
    }
  }
}

function evaluatedOf(decision: assignment.Decision | undefined, revision: number): Evaluated {
  if (!decision) return failed('GENERAL', 'The platform answered without a decision.');
  return { decision: fromMessage(decision), setMetadata: { version: String(revision) } };
}

function failed(errorCode: string, errorMessage: string): Evaluated {
  return { decision: { errorCode, errorMessage }, setMetadata: {} };
}

function fromMessage(decision: assignment.Decision): Evaluated['decision'] {
  return {
    // A decision without a variant leaves the application's own default in place.
    value: decision.variant === '' ? undefined : (decision.value as unknown),
    variant: decision.variant,
    reason: assignment.Reason[decision.reason],
    rule: decision.rule,
    errorCode: decision.errorCode,
    errorMessage: decision.errorMessage,
    metadata: decision.metadata,
    assignment: decision.assignment,
    passed: decision.passed,
  };
}
