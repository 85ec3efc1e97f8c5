import { invalidArgument } from './admin-errors.js';

/** Every form of resource name (AIP-122). The words in braces are keys. */
export const NAME_FORMS = {
  project: 'projects/{project}',
  environment: 'projects/{project}/environments/{environment}',
  flag: 'projects/{project}/flags/{key}',
  flagConfiguration: 'projects/{project}/environments/{environment}/flags/{key}',
  segment: 'projects/{project}/segments/{key}',
  layer: 'projects/{project}/layers/{key}',
  metric: 'projects/{project}/metrics/{key}',
  experiment: 'projects/{project}/experiments/{key}',
  eventDefinition: 'projects/{project}/eventDefinitions/{key}',
  eventPolicy: 'projects/{project}/eventPolicies/{key}',
  apiKey: 'apiKeys/{key}',
} as const;

export type NameForm = keyof typeof NAME_FORMS;

type Placeholders<Form> = Form extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The keys in a resource name. */
export type NameParts<F extends NameForm> = { readonly [P in Placeholders<(typeof NAME_FORMS)[F]>]: string };

const KEY = /^[a-z0-9._-]{1,100}$/;
const KEY_RULE = 'must be 1 to 100 lower-case letters, digits, "-", "_" or "."';

/**
 * Takes a resource name apart.
 *
 * @param field name of the field that holds it, for the error.
 * @throws DomainError INVALID_ARGUMENT naming the field and the value.
 */
export function parseName<F extends NameForm>(form: F, name: string, field = 'name'): NameParts<F> {
  const expected = NAME_FORMS[form].split('/');
  const given = name.split('/');
  const parts: Record<string, string> = {};
  const fits = expected.every((segment, index) => {
    const value = given[index] ?? '';
    if (!segment.startsWith('{')) return segment === value;
    parts[segment.slice(1, -1)] = value;
    return KEY.test(value);
  });
  if (!fits || expected.length !== given.length) {
    throw invalidArgument(field, name, `must have the form "${NAME_FORMS[form]}" with keys of ${KEY_RULE.slice(8)}`);
  }
  // Every placeholder of the form was filled just above.
  return parts as NameParts<F>;
}

export function formatName<F extends NameForm>(form: F, parts: NameParts<F>): string {
  const keys: Readonly<Record<string, string>> = parts;
  return NAME_FORMS[form].replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => keys[name] ?? '');
}

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function requireKey(key: string, field: string): string {
  if (!KEY.test(key)) throw invalidArgument(field, key, KEY_RULE);
  return key;
}
