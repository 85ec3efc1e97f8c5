import type { JsonObject, JsonValue } from '@sortition/kernel';

import type { EventPayload, TrackedPayload } from './event-payload.js';
import { quoted } from './event-rejection.js';
import { type EventRules, isPersonal, type ProjectRules } from './event-rules.js';
import type { QuarantineReason, QuarantineVerdict } from './quarantine-verdict.js';

const FIELD_LENGTH = 256;
const MESSAGE_LENGTH = 1_000;
/** NUL, which PostgreSQL cannot store, and halves of surrogate pairs, which UTF-8 cannot write. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** Why an event does not match the rules of its project; undefined when it does. Exposures have no rules. */
export function judgeEvent(rules: ProjectRules, payload: EventPayload): QuarantineVerdict | undefined {
  if (payload.kind === 'exposure') return undefined;
  const { tracked } = payload;
  const event = rules.events.get(tracked.name);
  if (event) return unitProblem(event, tracked) ?? valueProblem(event, tracked) ?? propertiesProblem(event, tracked);
  if (rules.undefinedEvents === 'accept') return undefined;
  return verdict('UNDEFINED_EVENT', 'name', `${quoted(tracked.name)} has no definition in the project`, 0);
}

function unitProblem({ requiredUnits, version }: EventRules, { units }: TrackedPayload): QuarantineVerdict | undefined {
  const missing = requiredUnits.find((attribute) => !Object.hasOwn(units, attribute));
  if (missing === undefined) return undefined;
  const named = Object.keys(units).join(', ');
  return verdict('MISSING_UNIT', `units[${quoted(missing)}]`, `is missing, got ${quoted(named)}`, version);
}

function valueProblem({ value: rule, version }: EventRules, { value }: TrackedPayload): QuarantineVerdict | undefined {
  const { presence, minimum = -Infinity, maximum = Infinity } = rule;
  const invalid = (problem: string): QuarantineVerdict => verdict('INVALID_VALUE', 'value', problem, version);
  if (value === null) return presence === 'required' ? invalid('is missing') : undefined;
  if (presence === 'forbidden') return invalid(`${quoted(value)} is not allowed: the event has no value`);
  if (value < minimum) return invalid(`${quoted(value)} is below ${minimum}`);
  return value > maximum ? invalid(`${quoted(value)} is above ${maximum}`) : undefined;
}

function propertiesProblem(rules: EventRules, { properties }: TrackedPayload): QuarantineVerdict | undefined {
  const problem = rules.propertyProblem(properties);
  if (!problem) return undefined;
  const { path, description } = problem;
  const value = valueAt(properties, path);
  const shown = value === undefined || isPersonal(rules, path) ? '' : `, got ${quoted(value)}`;
  return verdict('INVALID_PROPERTIES', fieldOf(path), `${description}${shown}`, rules.version);
}

function valueAt(properties: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = properties;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

function fieldOf(path: readonly string[]): string {
  return path.reduce((field, name) => (/^\d+$/.test(name) ? `${field}[${name}]` : `${field}.${name}`), 'properties');
}

function verdict(
  reason: QuarantineReason,
  path: string,
  problem: string,
  definitionVersion: number,
): QuarantineVerdict {
  const field = storable(path, FIELD_LENGTH);
  return { reason, field, message: storable(`${field} ${problem}.`, MESSAGE_LENGTH), definitionVersion };
}

/** Names and values come from outside. */
function storable(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll(UNSTORABLE, '\uFFFD');
}
