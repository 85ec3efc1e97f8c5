import type { JsonObject, JsonValue } from '@sortition/kernel';

/** What the tracked events of a project must look like. */
export interface ProjectRules {
  readonly undefinedEvents: 'accept' | 'quarantine';
  /** By the name of the event. */
  readonly events: ReadonlyMap<string, EventRules>;
}

/** What one event must look like. */
export interface EventRules {
  /** Of the definition. */
  readonly version: number;
  readonly value: {
    readonly presence: 'optional' | 'required' | 'forbidden';
    readonly minimum?: number;
    readonly maximum?: number;
  };
  /** Attribute paths of units. */
  readonly requiredUnits: readonly string[];
  /** Names on the way to each property that holds personal data. */
  readonly personalData: readonly (readonly string[])[];
  /** The first thing that keeps the properties from fitting; undefined when they fit. */
  propertyProblem(properties: JsonObject): PropertyProblem | undefined;
}

export interface PropertyProblem {
  /** Names and positions on the way to the value that does not fit. */
  readonly path: readonly string[];
  /** What is wrong, without the value; reads after the field. */
  readonly description: string;
}

/** Whether every event matches the rules. */
export function allowEverything({ undefinedEvents, events }: ProjectRules): boolean {
  return undefinedEvents === 'accept' && events.size === 0;
}

const POSITION = /^\d+$/;

/** Whether a value at the path is personal data or holds some. */
export function isPersonal({ personalData }: EventRules, path: readonly string[]): boolean {
  const names = path.filter((name) => !POSITION.test(name));
  return personalData.some((marked) => {
    const shared = Math.min(marked.length, names.length);
    return marked.slice(0, shared).every((name, index) => name === names[index]);
  });
}

/** The properties with everything that is personal data replaced. */
export function withoutPersonalData({ personalData }: EventRules, properties: JsonObject): JsonObject {
  return personalData.reduce((object, path) => masked(object, path) as JsonObject, properties);
}

function masked(value: JsonValue, path: readonly string[]): JsonValue {
  const [name, ...rest] = path;
  if (name === undefined) return '[personal data]';
  if (Array.isArray(value)) return value.map((item: JsonValue) => masked(item, path));
  if (typeof value !== 'object' || value === null) return value;
  const object = value as JsonObject;
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  return inner === undefined ? value : { ...object, [name]: masked(inner, rest) };
}
