import {
  type FieldViolation,
  instantOfDateOrTimestamp,
  instantOfTimestamp,
  type JsonObject,
  type JsonValue,
} from '@sortition/kernel';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import { RE2JS } from 're2js';

import { inlineReferences, SchemaRefusal } from './resolved-schema.js';

/** A JSON Schema (2020-12) of event properties, ready to check them. */
export interface EventSchema {
  /** The first thing that keeps a value from fitting; undefined when it fits. */
  problemOf(value: JsonValue): SchemaProblem | undefined;
}

export interface SchemaProblem {
  /** Names and positions on the way to the value that does not fit. */
  readonly path: readonly string[];
  /** What is wrong, without the value. */
  readonly description: string;
}

/** Largest schema as JSON, in characters. */
const MAX_SCHEMA_LENGTH = 64 * 1024;
const DATE_LENGTH = 10;
const FORMATS = ['date', 'time', 'date-time', 'duration', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'] as const;

/** Stops at the first problem, so that an event costs a bounded time; patterns run in time linear in their input. */
const ajv = new Ajv2020({
  strictSchema: true,
  strictNumbers: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false,
  code: { regExp: Object.assign(linearPattern, { code: 'linearPattern' }) },
});
// No schema here asks what was left unevaluated, and the code that keeps account of it names variables of one branch in
// another: some nested alternatives would fail with a ReferenceError.
ajv.opts.unevaluated = false;
ajvFormats.default(ajv, { mode: 'fast', formats: [...FORMATS] });
// The fast forms take days that the calendar lacks.
ajv.addFormat('date-time', (text: string) => !Number.isNaN(instantOfTimestamp(text)));
ajv.addFormat('date', (text: string) => text.length === DATE_LENGTH && !Number.isNaN(instantOfDateOrTimestamp(text)));

/**
 * Compiles a schema, or tells what keeps it from being one.
 *
 * @param path of the schema, for example `event_definition.schema`; violations are under it.
 */
export function compileEventSchema(
  schema: JsonObject,
  path: string,
): { readonly schema: EventSchema } | { readonly violations: readonly FieldViolation[] } {
  const length = JSON.stringify(schema).length;
  if (length > MAX_SCHEMA_LENGTH) {
    const description = `must be at most ${MAX_SCHEMA_LENGTH} characters of JSON, got ${length}`;
    return { violations: [{ field: path, description }] };
  }
  try {
    return { schema: checkedBy(compile(inlineReferences(schema))) };
  } catch (error) {
    if (error instanceof SchemaRefusal) {
      return { violations: [{ field: [path, ...error.path].join('.'), description: error.message }] };
    }
    const reason = error instanceof Error ? error.message : 'refused';
    return { violations: [{ field: path, description: `must be a JSON Schema of 2020-12: ${reason}` }] };
  }
}

/** Whether a schema without references allows every one of the values. */
export function allowsAll(schema: JsonValue, values: readonly JsonValue[]): boolean {
  if (typeof schema === 'boolean') return schema || values.length === 0;
  const validate = compile(schema as JsonObject);
  return values.every((value) => validate(value));
}

function compile(schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } finally {
    // The validator is the caller's to keep: without this every schema ever compiled would stay in memory.
    ajv.removeSchema(schema);
  }
}

function checkedBy(validate: ValidateFunction): EventSchema {
  return {
    problemOf(value) {
      if (validate(value)) return undefined;
      const [error] = validate.errors ?? [];
      return error ? { path: pathOf(error), description: reasonOf(error) } : { path: [], description: 'does not fit' };
    },
  };
}

function pathOf({ instancePath, keyword, params }: ErrorObject): readonly string[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') return [...path, String(params['missingProperty'])];
  if (keyword === 'additionalProperties') return [...path, String(params['additionalProperty'])];
  return path;
}

function reasonOf({ keyword, message = 'does not fit the schema', params }: ErrorObject): string {
  if (keyword === 'required') return 'is missing';
  if (keyword === 'additionalProperties' || keyword === 'false schema') return 'is not allowed';
  if (keyword === 'enum') return `must be one of ${JSON.stringify(params['allowedValues'])}`;
  if (keyword === 'const') return `must be ${JSON.stringify(params['allowedValue'])}`;
  return message;
}

/** Without look-around and back references, which need more than linear time. @throws Error saying what is wrong. */
function linearPattern(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(pattern);
  // The validator keeps one pattern for each text that patterns turn into.
  return { test: (text) => compiled.test(text), toString: () => `/${pattern}/u` };
}
