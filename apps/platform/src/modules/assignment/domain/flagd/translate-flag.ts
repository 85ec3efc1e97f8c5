import type { Flag, Prerequisite, Target } from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';

import type { Findings } from './untranslatable-flags.js';
import { isLargerThan, type Logic, not, oneOf, oneOfUnits, same } from './json-logic.js';
import { translateAttribute } from './translate-attribute.js';
import { type Branch, type RuleReferences, translateRule } from './translate-rule.js';
import { isFractional } from './translate-shares.js';
import { ERROR_VARIANTS, unitsAsValues } from './translate-unit.js';

/** A flag of flagd. */
export interface FlagdFlag {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, JsonValue>>;
  readonly defaultVariant: string;
  readonly targeting?: Logic;
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

/** What a flag may refer to. */
export interface FlagReferences extends RuleReferences {
  /** The whole decision of another flag: a variant, null for the application's default, or what gives one of them. */
  decision(flagKey: string, findings: Findings): Logic;
}

/** How a flag decides: the branches in order, and what is served when none of them decides. */
interface Decided {
  readonly branches: readonly Branch[];
  readonly otherwise: string | null;
}

/**
 * In place of a default variant: the application's default. flagd's schema says null, at which evaluators in Rust refuse
 * all flags and those in Java fail; every evaluator takes this for none.
 */
const NO_DEFAULT_VARIANT = '';

/** Larger targeting is left out, in nodes of JSON. */
export const MAX_NODES = 20_000;

/** Units that targets of one flag may name. */
const MAX_UNITS = 10_000;

/** The flag in flagd's form. What cannot be expressed is noted, and then the result must not be used. */
export function translateFlag(flag: Flag, references: FlagReferences, findings: Findings): FlagdFlag {
  checkValues(flag, findings);
  const variants = Object.fromEntries(flag.variants.map(({ key, value }) => [key, value]));
  const metadata = flag.metadata && Object.keys(flag.metadata).length > 0 ? { metadata: flag.metadata } : {};
  if (!flag.enabled && flag.offVariant === undefined) {
    return { state: 'DISABLED', variants, defaultVariant: flag.defaultVariant ?? NO_DEFAULT_VARIANT, ...metadata };
  }
  const decided = decide(flag, references, findings);
  const { branches, otherwise } = decided;
  if (branches.length === 0) {
    return { state: 'ENABLED', variants, defaultVariant: otherwise ?? NO_DEFAULT_VARIANT, ...metadata };
  }
  const isDefaultOfBranch = branches.some(({ variant }) => variant === null);
  // Null means the default variant to flagd. Where it has to mean the application's default, there is none.
  const defaultVariant = (isDefaultOfBranch ? null : otherwise) ?? NO_DEFAULT_VARIANT;
  const rest = { branches, otherwise: isDefaultOfBranch ? otherwise : null };
  const targeting = chain(isLargerThan(chain(rest), MAX_NODES) ? rest : guarded(rest, findings));
  if (isLargerThan(targeting, MAX_NODES)) {
    findings.note('TOO_LARGE', `Its targeting has more than ${String(MAX_NODES)} parts.`);
  }
  return { state: 'ENABLED', variants, defaultVariant, targeting, ...metadata };
}

/** The flag's whole decision as one expression, for flags that depend on it. */
export function decisionExpression(flag: Flag, references: FlagReferences, findings: Findings): Logic {
  return chain(decide(flag, references, findings));
}

function decide(flag: Flag, references: FlagReferences, findings: Findings): Decided {
  if (!flag.enabled) return { branches: [], otherwise: flag.offVariant ?? null };
  const branches = [
    ...(flag.prerequisites ?? []).flatMap((each) => prerequisiteBranches(each, flag, references, findings)),
    ...targetBranches(flag.targets ?? [], findings),
    ...flag.rules.flatMap((rule) => findings.at(`rules.${rule.key}`, () => translateRule(rule, references, findings))),
  ].filter(({ when }) => when !== false);
  const always = branches.findIndex(({ when }) => when === true);
  const last = always < 0 ? undefined : branches[always];
  if (!last) return { branches, otherwise: flag.defaultVariant ?? null };
  const isFixed = last.variant === null || typeof last.variant === 'string';
  return isFixed
    ? { branches: branches.slice(0, always), otherwise: last.variant }
    : { branches: branches.slice(0, always + 1), otherwise: null };
}

/** Evaluators whose `fractional` is another one refuse a flag that divides units, rather than divide them otherwise. */
function guarded(decided: Decided, findings: Findings): Decided {
  const [version, another] = findings.fractionals;
  if (version === undefined || !JSON.stringify(chain(decided)).includes('"fractional"')) return decided;
  if (another !== undefined) {
    findings.note(
      'BUCKETING_PROGRAM',
      'It divides units by "native" and by "cbor", and no evaluator of flagd does both.',
    );
  }
  const guard = { when: not(isFractional(version)), variant: ERROR_VARIANTS.otherFractional };
  return { ...decided, branches: [guard, ...decided.branches] };
}

function chain({ branches, otherwise }: Decided): Logic {
  if (branches.length === 0) return otherwise;
  return { if: [...branches.flatMap(({ when, variant }) => [when, variant]), otherwise] };
}

/**
 * Serves the off variant when the other flag serves none of the variants that are asked for, and the error when the
 * evaluator cannot tell.
 */
function prerequisiteBranches(
  { flag: key, variants }: Prerequisite,
  flag: Flag,
  references: FlagReferences,
  findings: Findings,
): readonly Branch[] {
  const decision = findings.at(`prerequisites.${key}`, () => references.decision(key, findings));
  const unmet: Branch = { when: not(oneOf(decision, variants)), variant: flag.offVariant ?? null };
  const { hashedOtherwise } = ERROR_VARIANTS;
  if (!JSON.stringify(decision).includes(hashedOtherwise)) return [unmet];
  return [{ when: same(decision, hashedOtherwise), variant: hashedOtherwise }, unmet];
}

function targetBranches(targets: readonly Target[], findings: Findings): readonly Branch[] {
  const units = targets.reduce((sum, target) => sum + target.units.length, 0);
  if (units > MAX_UNITS) findings.note('LARGE_LIST', `Its targets name more than ${String(MAX_UNITS)} units.`);
  return targets.map(({ attribute = 'targetingKey', units: named, variant }) =>
    findings.at('targets', () => ({
      when: oneOfUnits(translateAttribute(attribute, findings), unitsAsValues(named)),
      variant,
    })),
  );
}

function checkValues({ variants, type, metadata }: Flag, findings: Findings): void {
  const reserved: readonly string[] = Object.values(ERROR_VARIANTS);
  for (const { key, value } of variants) {
    findings.at(`variants.${key}`, () => {
      if (reserved.includes(key)) findings.note('RESERVED_VARIANT', `"${key}" stands for an error in the translation.`);
      if (type === 'object' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
        findings.note('ARRAY_VALUE', 'Objects of flagd are no arrays.');
      }
    });
  }
  if (JSON.stringify([variants, metadata]).includes('"$ref"')) {
    findings.note('REFERENCE_IN_VALUE', 'flagd replaces "$ref" in values too.');
  }
}
