import type { FlagMetadata } from '@openfeature/server-sdk';
import type { Assigned, IsPrivate } from '@sortition/openfeature-core';

import type { Evaluated } from './evaluator.js';

/** What the option `bootstrap` of the web provider takes: flags as a bulk evaluation (OFREP) answers them. */
export interface Bootstrap {
  readonly flags: readonly BootstrapFlag[];
  readonly metadata: FlagMetadata;
}

/** One flag's evaluation: a success with or without a value, or a failure with an error code. */
export interface BootstrapFlag {
  readonly key: string;
  readonly reason?: string;
  /** Absent: the application's own default applies. */
  readonly value?: unknown;
  readonly variant?: string;
  readonly errorCode?: string;
  readonly errorDetails?: string;
  readonly metadata?: FlagMetadata;
}

/**
 * A decision as a page gets it, with what it needs to record the exposure when it reads the value.
 *
 * @param isPrivate units of such attributes are not named; the page records no exposure of them.
 */
export function bootstrapFlag(key: string, { decision }: Evaluated, isPrivate: IsPrivate): BootstrapFlag {
  const { value, variant, reason, errorCode, errorMessage, rule, assignment } = decision;
  const named = (assigned: Assigned | undefined): Assigned | undefined =>
    assigned && !isPrivate(assigned.unitAttribute) ? assigned : undefined;
  const passed = (decision.passed ?? []).flatMap(({ rule: by, variant: got, assignment: assigned }) => {
    const exposed = named(assigned);
    return exposed ? [{ rule: by, variant: got, ...placeOf(exposed) }] : [];
  });
  const decided = named(assignment);
  const metadata: Record<string, string | number | boolean> = { ...decision.metadata };
  if (decided) {
    const place = { ...(rule !== undefined && { rule }), ...placeOf(decided) };
    for (const [name, part] of Object.entries(place)) metadata[`sortition.${name}`] = part;
  }
  if (passed.length > 0) metadata['sortition.passed'] = JSON.stringify(passed);
  const more = Object.keys(metadata).length > 0 && { metadata };
  if (errorCode !== undefined) {
    return { key, errorCode, ...(errorMessage !== undefined && { errorDetails: errorMessage }), ...more };
  }
  return {
    key,
    ...(reason !== undefined && { reason }),
    ...(value !== undefined && { value }),
    ...(variant !== undefined && { variant }),
    ...more,
  };
}

function placeOf({ experiment, phase, unitAttribute, unit }: Assigned): Assigned {
  return { experiment, phase, unitAttribute, unit };
}
