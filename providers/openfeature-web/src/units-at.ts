import type { EvaluationContext } from '@openfeature/web-sdk';
import { attributeAt } from '@sortition/openfeature-core';

/** The units that a context holds under these paths, by path; undefined when it holds none. */
export function unitsAt(context: EvaluationContext, paths: Iterable<string>): Record<string, string> | undefined {
  let units: Record<string, string> | undefined;
  for (const path of paths) {
    const unit = attributeAt(context, path);
    if ((typeof unit === 'string' && unit) || Number.isSafeInteger(unit)) units = { ...units, [path]: String(unit) };
  }
  return units;
}
