/* eslint-disable @typescript-eslint/no-confusing-void-expression -- noting a problem stands for the value that is missing */
import { finished, type Steps } from '@sortition/kernel';

import type { ItemKind } from '../compile/item-id.js';
import type { Problems } from './problems.js';
import { ARRAY_LENGTH } from './parse-json.js';
import { isArray } from './quote.js';

/** Longest key of anything, in UTF-16 code units. */
export const KEY_LENGTH = 256;

/**
 * The own properties of one object of a configuration, each read at most once. Every reader notes what is wrong under
 * the property's path and returns undefined.
 */
export class Fields {
  private constructor(
    private readonly object: object,
    readonly path: string,
    readonly problems: Problems,
  ) {}

  /** Undefined, with a problem noted, when the value is not an object. */
  static of(value: unknown, path: string, problems: Problems): Fields | undefined {
    if (typeof value !== 'object' || value === null || isArray(value)) {
      return problems.add(path, 'must be an object', value);
    }
    return new Fields(value, path, problems);
  }

  /** Refuses properties that are not named: a misspelt one would change the meaning silently. */
  only(...names: readonly string[]): this {
    for (const name of this.names()) {
      if (!names.includes(name)) this.problems.note(this.at(name), `unknown field; known are ${names.join(', ')}`);
    }
    return this;
  }

  names(): readonly string[] {
    try {
      return Object.keys(this.object);
    } catch {
      this.problems.note(this.path, 'could not be read');
      return [];
    }
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): unknown {
    try {
      return Object.hasOwn(this.object, name) ? (this.object as Record<string, unknown>)[name] : undefined;
    } catch {
      return this.problems.note(this.at(name), 'could not be read');
    }
  }

  /** Text of 1 to {@link KEY_LENGTH} code units. */
  key(name: string): string | undefined {
    const value = this.get(name);
    if (typeof value === 'string' && value.length > 0 && value.length <= KEY_LENGTH) return value;
    return this.wrong(name, `must be text of 1 to ${KEY_LENGTH} characters`, value);
  }

  optionalKey(name: string): string | undefined {
    return this.has(name) ? this.key(name) : undefined;
  }

  /** A key of something that must exist. */
  reference(name: string, kind: ItemKind): string | undefined {
    const key = this.key(name);
    if (key !== undefined) this.problems.references.push({ kind, key, path: this.at(name) });
    return key;
  }

  optionalReference(name: string, kind: ItemKind): string | undefined {
    return this.has(name) ? this.reference(name, kind) : undefined;
  }

  /** A salt of the native program: text of 1 to {@link KEY_LENGTH} characters without `/`. */
  salt(name: string): string | undefined {
    const value = this.key(name);
    return value?.includes('/') === true ? this.wrong(name, 'must not contain "/"', value) : value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.get(name);
    return typeof value === 'boolean' ? value : this.wrong(name, 'must be true or false', value);
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.has(name) ? this.boolean(name) : undefined;
  }

  /** A whole number in [least, most]. */
  integer(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.get(name);
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    return this.wrong(name, `must be a whole number from ${least} to ${most}`, value);
  }

  optionalInteger(name: string, least: number): number | undefined {
    return this.has(name) ? this.integer(name, least) : undefined;
  }

  /** A finite number that is at least `least`. */
  number(name: string, least: number): number | undefined {
    const value = this.get(name);
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    return this.wrong(name, `must be a number of at least ${least}`, value);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.get(name);
    const found = choices.find((choice) => choice === value);
    return found ?? this.wrong(name, `must be one of ${choices.join(', ')}`, value);
  }

  nested(name: string): Fields | undefined {
    return Fields.of(this.get(name), this.at(name), this.problems);
  }

  /** Every element through `parse`; elements that it refuses are left out. */
  list<T>(name: string, parse: (value: unknown, path: string) => T | undefined, most = ARRAY_LENGTH): readonly T[] {
    return finished(this.listInSteps(name, parse, { most, stepLength: Number.POSITIVE_INFINITY }));
  }

  /** Like {@link list}, a step for every `stepLength` elements. */
  *listInSteps<T>(
    name: string,
    parse: (value: unknown, path: string) => T | undefined,
    { most = ARRAY_LENGTH, stepLength = 1 } = {},
  ): Steps<readonly T[]> {
    const value = this.get(name);
    const parsed: T[] = [];
    if (!isArray(value)) {
      this.wrong(name, 'must be an array', value);
      return parsed;
    }
    const path = this.at(name);
    try {
      const { length } = value;
      if (length > most) {
        this.problems.note(path, `must not hold more than ${most} elements, got ${length}`);
        return parsed;
      }
      for (let index = 0; index < length; index += 1) {
        const element = parse(value[index], `${path}[${index}]`);
        if (element !== undefined) parsed.push(element);
        if ((index + 1) % stepLength === 0) yield;
      }
    } catch {
      this.problems.note(path, 'could not be read');
    }
    return parsed;
  }

  optionalList<T>(name: string, parse: (value: unknown, path: string) => T | undefined): readonly T[] | undefined {
    return this.has(name) ? this.list(name, parse) : undefined;
  }

  texts(name: string): readonly string[] {
    return this.list(name, (value, path) => textOf(value, path, this.problems));
  }

  wrong(name: string, reason: string, value: unknown): undefined {
    return value === undefined
      ? this.problems.note(this.at(name), `is missing; ${reason}`)
      : this.problems.add(this.at(name), reason, value);
  }
}

export function textOf(value: unknown, path: string, problems: Problems): string | undefined {
  return typeof value === 'string' ? value : problems.add(path, 'must be text', value);
}

/** The object without the properties that are undefined. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  const kept: Partial<T> = {};
  for (const name in fields) {
    if (fields[name] !== undefined) kept[name] = fields[name];
  }
  return kept as T;
}
