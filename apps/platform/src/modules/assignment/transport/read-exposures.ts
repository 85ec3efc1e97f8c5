import type { CompiledSnapshot, Decision } from '@sortition/evaluation';

import type { Principal } from '../../../runtime/auth/principal.js';
import type { FlagDecision } from '../application/evaluate-flags.js';
import type { RecordExposures } from '../application/record-exposures.js';
import { scopeOf } from './scope-of.js';

/** With the value `off` the caller records the exposures itself. */
export const EXPOSURES_HEADER = 'sortition-exposures';

/**
 * Records the exposures of those who evaluate by protocols whose clients record none. A server key that asks for one flag
 * reads it. A bulk evaluation reads nothing, and neither does who receives the flags to evaluate them by itself: what is
 * served for experiments in these ways is counted. Client keys evaluate in bulk.
 */
export class ReadExposures {
  constructor(private readonly exposures: RecordExposures) {}

  /** @param header what the caller says of its exposures, asked for only when there are any. */
  one(principal: Principal, flag: string, decision: Decision, header: () => unknown): void {
    if (decision.assignment === undefined && decision.passed === undefined) return;
    if (principal.kind !== 'server' || header() === 'off') return;
    const { organizationId, eventsPerSecond } = principal;
    this.exposures.record({ organizationId, environmentId: scopeOf(principal).id, eventsPerSecond }, flag, decision);
  }

  several(principal: Principal, decisions: readonly FlagDecision[], header: () => unknown): void {
    if (principal.kind !== 'server') return;
    const assigned = decisions.filter(({ decision }) => decision.assignment !== undefined);
    if (assigned.length === 0 || header() === 'off') return;
    const environment = environmentOf(principal);
    for (const { flag } of assigned) this.exposures.unrecorded.count('bulk', environment, flag);
  }

  /** Who evaluates in process receives the flags once. */
  inProcess(principal: Principal, compiled: CompiledSnapshot): void {
    const environment = environmentOf(principal);
    for (const key of compiled.flagKeys()) {
      const isTested = compiled.flag(key)?.rules.some(({ serve }) => serve.kind === 'experiment');
      if (isTested) this.exposures.unrecorded.count('flagd-in-process', environment, key);
    }
  }
}

function environmentOf(principal: Principal): string {
  const { project, environment } = scopeOf(principal);
  return `${project}/${environment}`;
}
