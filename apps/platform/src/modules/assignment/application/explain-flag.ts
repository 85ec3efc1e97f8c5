import { type Decision, explain, type Explanation } from '@sortition/evaluation';
import { type Clock, DomainError } from '@sortition/kernel';

import type { SnapshotFeed } from '../../admin/index.js';
import type { EnvironmentState } from '../domain/environment-state.js';
import { flagNotFound } from './evaluate-flags.js';
import type { Environments } from './environments.js';
import { storeAwayMessage, type StickyDecisions, withoutStore } from './sticky-decisions.js';

export interface ExplainFlagInput {
  readonly organizationId: string;
  /** Where to look: an environment that is known, or one to be found by its keys. */
  readonly environment: { readonly id: string } | { readonly project: string; readonly environment: string };
  readonly flag: string;
  readonly context: Readonly<Record<string, unknown>> | undefined;
  /** Undefined: now. */
  readonly at: Date | undefined;
}

export interface ExplainedFlag {
  readonly decision: Decision;
  readonly explanation: Explanation;
  readonly state: EnvironmentState;
}

/** Evaluates one flag and keeps every step taken. Looks stored assignments up, and stores none. */
export class ExplainFlag {
  constructor(
    private readonly environments: Environments,
    private readonly feed: SnapshotFeed,
    private readonly clock: Clock,
    private readonly sticky: StickyDecisions,
  ) {}

  /** @throws DomainError RESOURCE_NOT_FOUND, FLAG_NOT_FOUND, INVALID_ARGUMENT. */
  async execute({ organizationId, environment, flag, context, at }: ExplainFlagInput): Promise<ExplainedFlag> {
    const environmentId = 'id' in environment ? environment.id : await this.find(organizationId, environment);
    const where = { organizationId, environmentId };
    const { state } = await this.environments.load(where);
    if (!state.flags.has('server', flag)) throw flagNotFound(flag, state.flags.keys('server'));
    const options = { now: at?.getTime() ?? this.clock.now() };
    const step = state.compiled.begin(flag, context, options);
    const records = step.kind === 'decided' ? [] : await this.sticky.lookUp(where, step.keys);
    const explanation = records
      ? explain(state.compiled, flag, context, { ...options, records })
      : explainedWithoutStore(explain(state.compiled, flag, context, options));
    return { decision: explanation.decision, explanation, state };
  }

  private async find(
    organizationId: string,
    keys: { readonly project: string; readonly environment: string },
  ): Promise<string> {
    const id = await this.feed.findEnvironment(organizationId, keys.project, keys.environment);
    if (id !== undefined) return id;
    const name = `projects/${keys.project}/environments/${keys.environment}`;
    throw new DomainError('not-found', 'RESOURCE_NOT_FOUND', `There is no environment "${name}".`, {
      violations: [{ field: 'environment', description: `"${name}" does not exist` }],
    });
  }
}

/** Names the store as what stopped the decision, if it did. */
function explainedWithoutStore(explanation: Explanation): Explanation {
  const decision = withoutStore(explanation.flag, explanation.decision);
  if (decision === explanation.decision) return explanation;
  const steps = explanation.steps.map((step) =>
    step.kind === 'stopped' ? { ...step, reason: storeAwayMessage(explanation.flag) } : step,
  );
  return { ...explanation, decision, steps };
}
