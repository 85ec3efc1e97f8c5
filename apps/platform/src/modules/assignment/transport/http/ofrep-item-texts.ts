import { createHash } from 'node:crypto';

import type { Decision, Flag } from '@sortition/evaluation';

import { isFailure, ofrepItem } from './ofrep-item.js';
import { ofrepJson } from './ofrep-json.js';

/** The JSON of an answer for one flag. */
export interface OfrepItemText {
  readonly json: string;
  /** Stands for the JSON in an entity tag: equal for equal JSON, and for no other. */
  readonly digest: string;
  readonly isFailure: boolean;
}

/** The JSON of an experiment's decision around its unit, which is all that differs between its units. */
interface AroundUnit {
  readonly before: string;
  readonly after: string;
  readonly digest: string;
}

/** Rule, then variant; undefined where the JSON cannot be taken apart. */
type OfRules = Map<string, Map<string, AroundUnit | undefined>>;

/** Stands for a unit while the JSON around it is made. A flag whose own texts hold it is written anew each time. */
const UNIT_MARK = '\u0000\u0001\u0000';
const UNIT_MARK_JSON = JSON.stringify(UNIT_MARK);
const DIGEST_BYTES = 12;

/**
 * Writes answers as JSON, each part that many contexts share once. Equal to the JSON of {@link ofrepItem} for each
 * decision; what it remembers goes with the flags.
 */
export class OfrepItemTexts {
  private readonly shared = new WeakMap<Decision, OfrepItemText>();
  private readonly experiments = new WeakMap<Flag, OfRules>();

  /** @param setMetadata overlaid by the flags' own. */
  constructor(private readonly setMetadata?: Readonly<Record<string, string>>) {}

  /** @param flag the definition that was decided; undefined: there is none. */
  of(key: string, decision: Decision, flag: Flag | undefined): OfrepItemText {
    const known = this.shared.get(decision);
    if (known) return known;
    const around = flag && this.aroundUnit(key, decision, flag);
    if (around && decision.assignment) {
      const unit = JSON.stringify(decision.assignment.unit);
      return { json: around.before + unit + around.after, digest: around.digest + unit, isFailure: false };
    }
    const item = ofrepItem(key, decision, this.setMetadata);
    const json = ofrepJson(item, flag);
    const text = { json, digest: digestOf(json), isFailure: isFailure(item) };
    // Only what the compiled flag holds is frozen; everything else is made for one context.
    if (Object.isFrozen(decision)) this.shared.set(decision, text);
    return text;
  }

  private aroundUnit(key: string, decision: Decision, flag: Flag): AroundUnit | undefined {
    const { assignment, passed, rule, variant, errorCode, errorMessage } = decision;
    if (!assignment || passed || errorCode !== undefined || errorMessage !== undefined) return undefined;
    if (rule === undefined || variant === undefined) return undefined;
    const ofRules: OfRules = this.experiments.get(flag) ?? new Map<string, Map<string, AroundUnit | undefined>>();
    const ofVariants = ofRules.get(rule) ?? new Map<string, AroundUnit | undefined>();
    const known = ofVariants.get(variant);
    if (known || ofVariants.has(variant)) return known;
    const marked = { ...decision, assignment: { ...assignment, unit: UNIT_MARK } };
    const pieces = ofrepJson(ofrepItem(key, marked, this.setMetadata), flag).split(UNIT_MARK_JSON);
    const [before, after] = pieces;
    const around =
      before !== undefined && after !== undefined && pieces.length === 2
        ? { before, after, digest: digestOf(before + UNIT_MARK_JSON + after) }
        : undefined;
    this.experiments.set(flag, ofRules.set(rule, ofVariants.set(variant, around)));
    return around;
  }
}

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest().toString('base64', 0, DIGEST_BYTES);
}
