import { status } from '@grpc/grpc-js';
import type { EvaluationContext } from '@openfeature/server-sdk';
import { assignment } from '@sortition/contracts';
import { GeneralError, ProviderFatalError } from '@openfeature/server-sdk';
import { toJson } from '@sortition/openfeature-core';

import type { Evaluated, Evaluator } from './evaluator.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import { isRefusedCredential, messageOf, statusOf } from './rpc-failure.js';

/** A flag that no environment has; asking for it shows whether the platform answers and takes the credential. */
const PROBE = 'sortition.probe';

/** Evaluates by one call to the platform for each evaluation. Needs no snapshot; every evaluation takes a round trip. */
export class RemoteEvaluator implements Evaluator {
  constructor(
    private readonly client: PlatformClient,
    private readonly settings: ProviderSettings,
  ) {}

  async start(): Promise<void> {
    try {
      await this.client.resolve({ flag: PROBE, context: undefined }, this.settings.initTimeoutMs);
    } catch (error) {
      if (statusOf(error) === status.NOT_FOUND) return;
      if (isRefusedCredential(error)) throw new ProviderFatalError(messageOf(error), { cause: error });
      throw new GeneralError(`The platform does not answer: ${messageOf(error)}`, { cause: error });
    }
  }

  async evaluate(flagKey: string, context: EvaluationContext): Promise<Evaluated> {
    try {
      const request = { flag: flagKey, context: toJson(context) as Record<string, unknown> };
      const { decision, revision } = await this.client.resolve(request, this.settings.requestTimeoutMs);
      if (!decision) return failed('GENERAL', 'The platform answered without a decision.');
      return { decision: fromMessage(decision), setMetadata: { version: String(revision) } };
    } catch (error) {
      const code = statusOf(error) === status.NOT_FOUND ? 'FLAG_NOT_FOUND' : 'GENERAL';
      return failed(code, messageOf(error));
    }
  }

  close(): void {
    // Nothing runs between evaluations.
  }
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
