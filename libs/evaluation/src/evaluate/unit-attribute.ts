import type { ServeExperiment, Split } from '../model/index.js';

/** The attribute that holds the unit unless a split or a rule names another. */
export const TARGETING_KEY = 'targetingKey';

export function experimentUnit({ unit, split }: ServeExperiment): string {
  return unit ?? split.unit ?? TARGETING_KEY;
}

/**
 * Whether a missing unit passes on to the next rule: when an attribute other than the targeting key is absent and the
 * program does not say what that means. A context without a company takes no part in an experiment on companies.
 */
export function skipsMissingUnit(attribute: string, value: unknown, { program }: Split): boolean {
  return attribute !== TARGETING_KEY && (value === undefined || value === null) && program?.missingUnit === undefined;
}
