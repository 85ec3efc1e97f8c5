import type { Test } from '../conditions/test.js';
import type { AttributeReader } from '../conditions/attribute-reader.js';
import type { ItemId } from '../compile/item-id.js';
import type { Decision, Flag, Schedule } from '../model/index.js';
import type { StickySession } from '../sticky/sticky-session.js';

/** A flag ready to be decided. Holds no reference to a context; safe to share. */
export interface CompiledFlag {
  readonly source: Flag;
  readonly references: readonly ItemId[];
  /** The decision when neither context nor time can change it. */
  readonly fixed: Decision | undefined;
  readonly prerequisites: readonly CompiledPrerequisite[];
  readonly targets: readonly CompiledTargets[];
  readonly rules: readonly CompiledRule[];
  /** Present when there are many rules and each asks for an attribute's text first. */
  readonly index: RuleIndex | undefined;
  /** Whether it, or a prerequisite, has a sticky rule. */
  readonly isSticky: boolean;
  /** Served when a prerequisite fails. Absent without prerequisites. */
  readonly off: Decision | undefined;
  /** Served when nothing decided. */
  readonly otherwise: Decision;
}

export interface CompiledPrerequisite {
  readonly flag: CompiledFlag;
  readonly variants: readonly string[];
}

/** Units of one attribute with the decision that each always gets. */
export interface CompiledTargets {
  readonly attribute: string;
  readonly read: AttributeReader;
  readonly decisions: ReadonlyMap<string, Decision>;
}

export interface CompiledRule {
  readonly key: string;
  readonly schedule: Schedule | undefined;
  /** Absent: matches every context. */
  readonly test: Test | undefined;
  readonly serve: CompiledServe;
  readonly isFallThrough: boolean;
}

/** What a matching rule decides: a decision, or how to make one. */
export type CompiledServe = Decision | ServeUnit;

/** Returns undefined when the unit does not take part and the next rule is looked at. */
export type ServeUnit = (context: object, session: StickySession | undefined) => Decision | undefined;

/**
 * Skips rules that cannot match: from a position to the first rule from there on that might, the number of rules when
 * none might. It never skips a rule that matches; the rule itself still decides.
 */
export type RuleIndex = (context: object, from: number) => number;
