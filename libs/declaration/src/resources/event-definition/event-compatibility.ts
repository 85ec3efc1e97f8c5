import type { FieldViolation, JsonObject, JsonValue } from '@sortition/kernel';

import type { EventDefinition, ValueRule } from './event-definition.js';
import { inlineReferences } from './resolved-schema.js';
import { excesses } from './schema-containment.js';

/** What a definition says about the events that it allows. */
type Rules = Pick<EventDefinition, 'schema' | 'value' | 'requiredUnits'>;

/**
 * What the previous version's compatibility mode forbids about a change. Backward: every event that was valid stays
 * valid. Forward: every event that becomes valid was valid. Full: both. What cannot be told is forbidden. Because each
 * step contains the one before it, a chain of allowed steps is allowed as a whole.
 */
export function compatibilityProblems(
  previous: EventDefinition,
  next: EventDefinition,
  at: string,
): readonly FieldViolation[] {
  const { compatibility } = previous;
  const backward = compatibility === 'backward' || compatibility === 'full';
  const forward = compatibility === 'forward' || compatibility === 'full';
  return [
    ...(backward ? narrowings(previous, next, at, (text) => `${text}; events that were valid would not be`) : []),
    ...(forward ? narrowings(next, previous, at, (text) => `${text}; events would be valid that were not`, true) : []),
  ];
}

/** Where the outer rules may refuse events that the inner rules allow. */
function narrowings(
  inner: Rules,
  outer: Rules,
  at: string,
  describe: (change: string) => string,
  isReversed = false,
): readonly FieldViolation[] {
  const change = (from: unknown, to: unknown): string =>
    describe(
      isReversed
        ? `must not change from ${shown(to)} to ${shown(from)}`
        : `must not change from ${shown(from)} to ${shown(to)}`,
    );
  const ofSchema = excesses(propertiesOf(inner.schema), propertiesOf(outer.schema)).map((excess) => ({
    field: [`${at}.schema`, ...excess.path].join('.'),
    description: change(excess.inner, excess.outer),
  }));
  const ofUnits = outer.requiredUnits
    .filter((unit) => !inner.requiredUnits.includes(unit))
    .map((unit) => ({
      field: `${at}.required_units`,
      description: describe(isReversed ? `must keep ${shown(unit)}` : `must not gain ${shown(unit)}`),
    }));
  return [...ofSchema, ...valueNarrowings(inner.value, outer.value, at, change), ...ofUnits];
}

function valueNarrowings(
  inner: ValueRule = ANY_VALUE,
  outer: ValueRule = ANY_VALUE,
  at: string,
  change: (from: unknown, to: unknown) => string,
): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (outer.presence !== 'optional' && outer.presence !== inner.presence) {
    problems.push({ field: `${at}.value.presence`, description: change(inner.presence, outer.presence) });
  }
  // Without a value there is nothing that a range could refuse.
  if (inner.presence === 'forbidden') return problems;
  if ((inner.minimum ?? -Infinity) < (outer.minimum ?? -Infinity)) {
    problems.push({ field: `${at}.value.minimum`, description: change(inner.minimum, outer.minimum) });
  }
  if ((inner.maximum ?? Infinity) > (outer.maximum ?? Infinity)) {
    problems.push({ field: `${at}.value.maximum`, description: change(inner.maximum, outer.maximum) });
  }
  return problems;
}

const ANY_VALUE: ValueRule = { presence: 'optional' };
const SHOWN_LENGTH = 80;

/** Properties are an object whatever the schema says. */
function propertiesOf(schema: JsonObject | undefined): JsonValue {
  return { type: 'object', ...inlineReferences(schema ?? {}) };
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > SHOWN_LENGTH ? `${json.slice(0, SHOWN_LENGTH)}…` : json;
}
