import type { AttributeReader } from '../conditions/attribute-reader.js';
import type { RuleIndex } from '../evaluate/compiled-flag.js';
import type { Condition, Flag } from '../model/index.js';

/** Fewer rules are walked one by one. */
const INDEXED_FROM = 8;

interface Entry {
  readonly read: AttributeReader;
  /** Ascending positions of the rules that ask for a value. */
  readonly positions: Map<unknown, number[]>;
}

/** Indexes the rules of a flag when each asks first for an attribute to be one of some texts. */
export function ruleIndex({ rules }: Flag, reader: (path: string) => AttributeReader): RuleIndex | undefined {
  const entries = new Map<string, Entry>();
  for (const [position, rule] of rules.entries()) {
    const needed = rule.condition && neededTexts(rule.condition);
    const isIgnored = rule.serve.kind === 'experiment' && rule.serve.sticky !== undefined;
    if (rules.length < INDEXED_FROM || needed === undefined || isIgnored) return undefined;
    const [attribute, texts] = needed;
    const { positions } = entries.get(attribute) ?? { positions: new Map<unknown, number[]>() };
    entries.set(attribute, { read: reader(attribute), positions });
    for (const text of texts) positions.set(text, [...(positions.get(text) ?? []), position]);
  }
  const all = [...entries.values()];
  return (context, from) => {
    let next = rules.length;
    try {
      for (const { read, positions } of all) {
        const value = read(context);
        // Elements of an array may match as well.
        if (typeof value === 'object' && value !== null) return from;
        for (const position of positions.get(value) ?? []) {
          if (position >= from && position < next) next = position;
        }
      }
    } catch {
      return from;
    }
    return next;
  };
}

/** The attribute that must hold one of some texts for the condition to match; undefined when it is not so simple. */
function neededTexts(condition: Condition): readonly [string, readonly unknown[]] | undefined {
  const [first] = 'all' in condition ? condition.all : [condition];
  if (first === undefined || !('attribute' in first) || 'list' in first || first.ignoreCase === true) return undefined;
  const texts = 'equals' in first ? [first.equals] : 'in' in first ? first.in : [0];
  return texts.every((text) => typeof text === 'string') ? [first.attribute, texts] : undefined;
}
