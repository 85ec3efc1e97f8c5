import { type CompiledSnapshot, type Flag, numberTypeOf } from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';

import { doubleText } from '../double-text.js';
import { attribute, isLargerThan, type Logic } from './json-logic.js';
import { Findings, type FractionalVersion, type LeftOutFlag } from './untranslatable-flags.js';
import { translateCondition, type TranslatedCondition } from './translate-condition.js';
import { ERROR_VARIANTS, isHashedAlike, isShortAsciiText } from './translate-unit.js';
import { isCompleteVersion } from './translate-version.js';
import { decisionExpression, type FlagdFlag, type FlagReferences, MAX_NODES, translateFlag } from './translate-flag.js';

/** An environment in flagd's form. */
export interface FlagdTranslation {
  /** JSON text of flagd's flag definitions. */
  readonly json: string;
  readonly translatedCount: number;
  /** By key. */
  readonly leftOut: readonly LeftOutFlag[];
}

/** Ids of a list that are written into a condition. */
const MAX_LIST_IDS = 1_000;

/** Larger segments are left out, in nodes of JSON. */
const MAX_SEGMENT_NODES = 5_000;

/**
 * Translates the flags of an environment that flagd's evaluators decide exactly as this platform does; the others are
 * left out and listed.
 *
 * @param flagSetId identifies the flag set in evaluation metadata, also as `scope`, for which evaluators would take
 *   the selector, which may be an API key. There is no revision in it, or every flag would count as changed whenever
 *   one is.
 */
export function translateEnvironment(compiled: CompiledSnapshot, flagSetId: string): FlagdTranslation {
  const references = new EnvironmentReferences(compiled);
  const flags: string[] = [];
  const leftOut: LeftOutFlag[] = [];
  for (const key of [...compiled.flagKeys()].sort()) {
    const flag = compiled.flag(key) as Flag;
    const findings = new Findings();
    const translated = translateFlag(flag, references, findings);
    if (findings.reasons.length === 0) flags.push(`${JSON.stringify(key)}:${flagText(translated, flag)}`);
    else leftOut.push({ flag: key, reasons: findings.reasons });
  }
  const flagTexts = `{${flags.join(',')}}`;
  const evaluators = references.evaluatorsIn(flagTexts);
  const rest = { metadata: { flagSetId, scope: flagSetId }, ...(evaluators && { $evaluators: evaluators }) };
  const json = `{"flags":${flagTexts},${JSON.stringify(rest).slice(1)}`;
  return { json, translatedCount: flags.length, leftOut };
}

/** Doubles have a fraction, by which languages that tell integers from doubles read them. */
function flagText(translated: FlagdFlag, flag: Flag): string {
  if (numberTypeOf(flag) !== 'double') return JSON.stringify(translated);
  const { variants, ...rest } = translated;
  const texts = Object.entries(variants).map(([key, value]) => `${JSON.stringify(key)}:${doubleText(value)}`);
  return `{"variants":{${texts.join(',')}},${JSON.stringify(rest).slice(1)}`;
}

interface TranslatedPart<T> {
  readonly translated: T;
  readonly findings: Findings;
}

/** What flags of one environment refer to, each translated once. */
class EnvironmentReferences implements FlagReferences {
  private readonly segments = new Map<string, TranslatedPart<TranslatedCondition>>();
  private readonly decisions = new Map<string, TranslatedPart<Logic>>();
  /** Conditions of segments that flags name instead of repeating them, by segment. */
  private readonly evaluators = new Map<string, Logic>();
  private depth = 0;

  constructor(private readonly compiled: CompiledSnapshot) {}

  layer(key: string): ReturnType<FlagReferences['layer']> {
    return this.compiled.items.layers.get(key);
  }

  holdout(key: string): ReturnType<FlagReferences['holdout']> {
    return this.compiled.items.holdouts.get(key);
  }

  list(key: string): ReadonlySet<string> | undefined {
    const members = this.compiled.items.lists.get(key);
    return members instanceof Set && members.size <= MAX_LIST_IDS ? (members as ReadonlySet<string>) : undefined;
  }

  segment(key: string, findings: Findings): TranslatedCondition {
    const known = this.segments.get(key) ?? this.translateSegment(key);
    if (known.findings.reasons.length > 0) {
      for (const { code, message } of known.findings.reasons) findings.note(code, `Segment "${key}": ${message}`);
      return { holds: false, isUndecided: false };
    }
    // flagd replaces references once, so that a segment within a segment is repeated there.
    if (this.depth > 0 || !this.evaluators.has(key)) return known.translated;
    return { ...known.translated, holds: { $ref: key } };
  }

  isHashedAlike(unitAttribute: string, version: FractionalVersion): Logic {
    const unit = attribute(unitAttribute);
    return isHashedAlike(unit, version, this.named(`SHORT_ASCII_${unitAttribute}`, isShortAsciiText(unit)));
  }

  isCompleteVersion(attributeName: string): Logic {
    return this.named(`COMPLETE_VERSION_${attributeName}`, isCompleteVersion(attribute(attributeName)));
  }

  /** A reference to a test of an attribute, so that it is not repeated. No segment has a key in upper case. */
  private named(key: string, test: Logic): Logic {
    // flagd replaces no references within what it puts in place of one.
    if (this.depth > 0 || !isReplaceable(key, test)) return test;
    this.evaluators.set(key, test);
    return { $ref: key };
  }

  decision(flagKey: string, findings: Findings): Logic {
    const known = this.decisions.get(flagKey) ?? this.translateDecision(flagKey);
    for (const { code, message } of known.findings.reasons) findings.note(code, message);
    for (const version of known.findings.fractionals) findings.useFractional(version);
    return known.translated;
  }

  /** The evaluators that the JSON text refers to; undefined when there are none. */
  evaluatorsIn(json: string): Readonly<Record<string, JsonValue>> | undefined {
    const used = [...this.evaluators].filter(([key]) => json.includes(`{"$ref":"${key}"}`));
    return used.length === 0 ? undefined : Object.fromEntries(used);
  }

  private translateSegment(key: string): TranslatedPart<TranslatedCondition> {
    const findings = new Findings();
    const segment = this.compiled.items.segments.get(key);
    this.depth += 1;
    const translated = segment
      ? translateCondition(segment.condition, this, findings)
      : { holds: false, isUndecided: false };
    this.depth -= 1;
    if (isLargerThan(translated.holds, MAX_SEGMENT_NODES)) {
      findings.note('TOO_LARGE', `Its condition has more than ${String(MAX_SEGMENT_NODES)} parts.`);
    }
    const part = { translated, findings };
    this.segments.set(key, part);
    if (findings.reasons.length === 0 && isReplaceable(key, translated.holds)) {
      this.evaluators.set(key, translated.holds);
    }
    return part;
  }

  private translateDecision(flagKey: string): TranslatedPart<Logic> {
    const findings = new Findings();
    const flag = this.compiled.flag(flagKey);
    const translated = flag ? decisionExpression(flag, this, findings) : null;
    if (isLargerThan(translated, MAX_NODES)) {
      findings.note('TOO_LARGE', `The targeting of "${flagKey}" has more than ${String(MAX_NODES)} parts.`);
    } else if (JSON.stringify(translated).includes(ERROR_VARIANTS.incomparableVersion)) {
      findings.note('PREREQUISITE', `Whether "${flagKey}" holds is unknown for an attribute with several versions.`);
    }
    const part = { translated: findings.reasons.length > 0 ? null : translated, findings };
    this.decisions.set(flagKey, part);
    return part;
  }
}

/**
 * Whether evaluators put the condition where a reference to it stands, which they do in the JSON text: the key needs
 * no escape, and the text has no `$`, which means more than itself to some.
 */
function isReplaceable(key: string, condition: Logic): boolean {
  const isObject = typeof condition === 'object' && condition !== null;
  return isObject && /^[A-Za-z0-9_-]+$/.test(key) && PLAIN_TEXT.test(JSON.stringify(condition));
}

/** Printable ASCII. The evaluator for Python takes what stands behind a backslash for a command of its replacement. */
const PLAIN_TEXT = /^[ !"#%-[\]-~]*$/;
