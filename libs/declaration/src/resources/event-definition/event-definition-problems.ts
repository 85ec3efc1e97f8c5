import type { FieldViolation } from '@sortition/kernel';

import { violationOf } from '../../configuration-errors.js';
import { compatibilityProblems } from './event-compatibility.js';
import type { EventDefinition, ValueRule } from './event-definition.js';
import { compileEventSchema } from './event-schema.js';
import { hasProperty } from './schema-properties.js';

const EVENT_LENGTH = 256;
const PATH_LENGTH = 256;
const MAX_UNITS = 16;
const MAX_PERSONAL_DATA = 100;

/** What is wrong with a definition by itself, and with the change from its previous version. */
export function eventDefinitionProblems(
  definition: EventDefinition,
  at: string,
  previous: EventDefinition | undefined,
): readonly FieldViolation[] {
  const { schema } = definition;
  const compiled = schema && compileEventSchema(schema, `${at}.schema`);
  if (compiled && 'violations' in compiled) return compiled.violations;
  const problems = [
    ...eventProblems(definition, at),
    ...valueProblems(definition.value, `${at}.value`),
    ...listProblems(definition.requiredUnits, `${at}.required_units`, MAX_UNITS),
    ...listProblems(definition.personalData, `${at}.personal_data`, MAX_PERSONAL_DATA),
    ...personalDataProblems(definition, `${at}.personal_data`),
  ];
  if (problems.length > 0 || !previous) return problems;
  return compatibilityProblems(previous, definition, at);
}

function eventProblems({ event }: EventDefinition, at: string): readonly FieldViolation[] {
  if (event.length > 0 && event.length <= EVENT_LENGTH) return [];
  return [violationOf(`${at}.event`, event, `must be 1 to ${EVENT_LENGTH} characters`)];
}

function valueProblems(value: ValueRule | undefined, at: string): readonly FieldViolation[] {
  if (!value) return [];
  const { presence, minimum, maximum } = value;
  const limits = Object.entries({ minimum, maximum }).filter(([, limit]) => limit !== undefined);
  const problems = limits
    .filter(([, limit]) => !Number.isFinite(limit))
    .map(([name, limit]) => violationOf(`${at}.${name}`, String(limit), 'must be a finite number'));
  if (presence === 'forbidden') {
    problems.push(
      ...limits.map(([name, limit]) => violationOf(`${at}.${name}`, limit, 'must be absent: no value is allowed')),
    );
  }
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    problems.push(violationOf(`${at}.minimum`, minimum, `must not be above the maximum, ${maximum}`));
  }
  return problems;
}

function listProblems(items: readonly string[], at: string, most: number): readonly FieldViolation[] {
  const problems: FieldViolation[] = [];
  if (items.length > most) problems.push(violationOf(at, items.length, `must have at most ${most} entries`));
  items.slice(0, most).forEach((item, index) => {
    if (item === '' || item.length > PATH_LENGTH) {
      problems.push(violationOf(`${at}[${index}]`, item, `must be 1 to ${PATH_LENGTH} characters`));
    } else if (items.indexOf(item) < index) {
      problems.push(violationOf(`${at}[${index}]`, item, 'must be named once'));
    }
  });
  return problems;
}

function personalDataProblems({ schema, personalData }: EventDefinition, at: string): readonly FieldViolation[] {
  return personalData.flatMap((path, index) =>
    hasProperty(schema ?? {}, path.split('.'))
      ? []
      : [violationOf(`${at}[${index}]`, path, 'must be the path of a property that the schema names')],
  );
}
