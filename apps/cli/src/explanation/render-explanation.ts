import { assignment } from '@sortition/contracts';
import type { Explanation } from '@sortition/evaluation';

import { renderSteps } from './render-steps.js';

/** What `sortition explain --output json` prints. */
export interface ExplainedFlag {
  readonly flag: string;
  /** Null: the application's own default applies. */
  readonly value: unknown;
  readonly variant: string | null;
  readonly reason: string;
  readonly rule: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly revision: number;
  readonly steps: Explanation['steps'];
}

export function explanationOf({ decision, explanation, revision }: assignment.ExplainResponse): ExplainedFlag {
  return {
    flag: decision?.flag ?? '',
    value: decision?.value ?? null,
    variant: textOrNull(decision?.variant),
    reason: assignment.Reason[decision?.reason ?? assignment.Reason.UNSPECIFIED],
    rule: textOrNull(decision?.rule),
    errorCode: textOrNull(decision?.errorCode),
    errorMessage: textOrNull(decision?.errorMessage),
    revision,
    // The message carries the tree of @sortition/evaluation as open JSON.
    steps: ((explanation ?? {}) as { readonly steps?: Explanation['steps'] }).steps ?? [],
  };
}

/** Writes the decision and every step for a person. */
export function renderExplanation(explained: ExplainedFlag): string {
  const { flag, value, variant, reason, rule, errorCode, errorMessage, revision, steps } = explained;
  const served = variant === null ? "the application's own default" : `${JSON.stringify(value)} (variant "${variant}")`;
  const facts = [
    `${flag}: ${served}`,
    `  reason    ${reason}`,
    ...(rule === null ? [] : [`  rule      ${rule}`]),
    ...(errorCode === null ? [] : [`  error     ${[errorCode, errorMessage].filter(Boolean).join(': ')}`]),
    `  revision  ${revision}`,
  ];
  return [...facts, '', 'Steps:', ...renderSteps(steps, '  ')].join('\n');
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
