import { invalidArgument } from './configuration-errors.js';

type Placeholders<Form> = Form extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** The keys in a resource name of a form such as `projects/{project}`; the words in braces are keys (AIP-122). */
export type NameParts<Form extends string> = { readonly [P in Placeholders<Form>]: string };

export const KEY_PATTERN = '^[a-z0-9._-]{1,100}$';
const KEY = new RegExp(KEY_PATTERN);
const KEY_RULE = 'must be 1 to 100 lower-case letters, digits, "-", "_" or "."';

/**
 * Takes a resource name apart.
 *
 * @param field name of the field that holds it, for the error.
 * @throws DomainError INVALID_ARGUMENT naming the field and the value.
 */
export function parseNameOf<Form extends string>(form: Form, name: string, field: string): NameParts<Form> {
  const expected = form.split('/');
  const given = name.split('/');
  const parts: Record<string, string> = {};
  const fits = expected.every((segment, index) => {
    const value = given[index] ?? '';
    if (!segment.startsWith('{')) return segment === value;
    parts[segment.slice(1, -1)] = value;
    return KEY.test(value);
  });
  if (!fits || expected.length !== given.length) {
    throw invalidArgument(field, name, `must have the form "${form}" with keys of ${KEY_RULE.slice(8)}`);
  }
  // Every placeholder of the form was filled just above.
  return parts as NameParts<Form>;
}

export function formatNameOf<Form extends string>(form: Form, parts: NameParts<Form>): string {
  const keys: Readonly<Record<string, string>> = parts;
  return form.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => keys[name] ?? '');
}

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function requireKey(key: string, field: string): string {
  if (!KEY.test(key)) throw invalidArgument(field, key, KEY_RULE);
  return key;
}
