import { type FlagType, type NumberType, numberTypeOf, type Variant } from '@sortition/evaluation';
import type { JsonValue } from '@sortition/kernel';
import {
  canonicalJson,
  configurationsOf,
  createResource,
  type FlagConfiguration,
  type FlagDefinition,
  invalidState,
  notFound,
  type ProjectDraft,
  type Resource,
  updateResource,
} from '@sortition/declaration';

import { formatName } from './resource-name.js';

/** Types of generated accessors. */
export type ManifestFlagType = Exclude<FlagType, 'number'> | 'integer' | 'float';

/** A flag as code that reads it sees it: what a generated accessor needs. */
export interface ManifestFlag {
  readonly key: string;
  readonly type: ManifestFlagType;
  readonly description: string;
  /** What the application uses when it gets no value: what the flag serves while it is off. */
  readonly defaultValue: JsonValue;
  readonly clientVisible: boolean;
  readonly updatedAt: Date;
}

/** What a manifest may say of a flag. Undefined leaves what is there. */
export interface ManifestFlagChanges {
  readonly key: string;
  readonly type: FlagType;
  /** Of a flag of type number. */
  readonly numberType: NumberType | undefined;
  readonly description: string | undefined;
  readonly defaultValue: JsonValue | undefined;
}

/** @param configuration of the environment for which code is generated. */
export function manifestFlagOf(
  flag: Resource<'flag'>,
  configuration: Resource<'flagConfiguration'> | undefined,
): ManifestFlag {
  const { description, clientVisible } = flag.definition;
  const changedAt = [flag, configuration].map((resource) => resource?.updatedAt.getTime() ?? 0);
  return {
    key: flag.key,
    type: typeOf(flag.definition),
    description,
    defaultValue: defaultValueOf(flag.definition, configuration?.definition),
    clientVisible,
    updatedAt: new Date(Math.max(...changedAt)),
  };
}

/**
 * Adds a flag that is off everywhere and serves the default value meanwhile.
 *
 * @throws DomainError ALREADY_EXISTS, INVALID_CONFIGURATION, RESOURCE_NOT_FOUND for the environment.
 */
export function createManifestFlag(
  draft: ProjectDraft,
  environment: string,
  { key, type, numberType, description = '', defaultValue }: ManifestFlagChanges & { readonly defaultValue: JsonValue },
): ManifestFlag {
  requireEnvironment(draft, environment);
  const variants: readonly Variant[] =
    type === 'boolean'
      ? [
          { key: 'off', value: false },
          { key: 'on', value: true },
        ]
      : [{ key: 'default', value: defaultValue }];
  const flag = createResource(draft, 'flag', key, {
    type,
    ...(numberType !== undefined && { numberType }),
    description,
    variants,
    owner: '',
    tags: [],
    lifetime: 'temporary',
    clientVisible: false,
  });
  const offVariant = variants.find(({ value }) => value === defaultValue)?.key;
  for (const configuration of configurationsOf(draft, key)) updateResource(draft, configuration, { offVariant });
  return manifestFlagOf(flag, draft.find('flagConfiguration', key, environment));
}

/**
 * Gives a flag another description and, in one environment, another default value; rules stay as they are.
 *
 * @throws DomainError RESOURCE_NOT_FOUND, INVALID_STATE for another type, INVALID_CONFIGURATION.
 */
export function updateManifestFlag(
  draft: ProjectDraft,
  environment: string,
  { key, type, numberType, description, defaultValue }: ManifestFlagChanges,
): ManifestFlag {
  requireEnvironment(draft, environment);
  const flag = draft.require({ kind: 'flag', project: draft.project.key, environment: undefined, key });
  if (flag.definition.type !== type) {
    throw invalidState('type', type, `cannot become the type of "${key}": it is ${flag.definition.type}`);
  }
  const configuration = draft.require({ kind: 'flagConfiguration', project: draft.project.key, environment, key });
  const before = defaultValueOf(flag.definition, configuration.definition);
  const isSame = defaultValue === undefined || areEqual(before, defaultValue);
  const variants = isSame ? flag.definition.variants : withValue(flag.definition.variants, defaultValue);
  const updated = updateResource(draft, flag, {
    variants,
    ...(numberType !== undefined && { numberType }),
    ...(description !== undefined && { description }),
  });
  if (isSame) return manifestFlagOf(updated, configuration);
  const offVariant = variants.find(({ value }) => areEqual(value, defaultValue))?.key;
  return manifestFlagOf(updated, updateResource(draft, configuration, { offVariant }));
}

function typeOf(flag: FlagDefinition): ManifestFlagType {
  if (flag.type !== 'number') return flag.type;
  return numberTypeOf(flag) === 'integer' ? 'integer' : 'float';
}

/** The off variant's value; where nothing is served while off: the default variant's, false, or the first. */
function defaultValueOf({ type, variants }: FlagDefinition, configuration: FlagConfiguration | undefined): JsonValue {
  const served = configuration?.offVariant ?? configuration?.defaultVariant;
  const found = variants.find(({ key }) => key === served);
  if (found) return found.value;
  return type === 'boolean' ? false : (variants[0]?.value ?? null);
}

function withValue(variants: readonly Variant[], value: JsonValue): readonly Variant[] {
  if (variants.some((variant) => areEqual(variant.value, value))) return variants;
  const taken = new Set(variants.map(({ key }) => key));
  let key = 'default';
  for (let number = 2; taken.has(key); number += 1) key = `default-${String(number)}`;
  return [...variants, { key, value }];
}

function areEqual(one: JsonValue, other: JsonValue): boolean {
  return canonicalJson({ value: one }) === canonicalJson({ value: other });
}

function requireEnvironment({ project, environments }: ProjectDraft, environment: string): void {
  if (environments.some(({ key }) => key === environment)) return;
  throw notFound(formatName('environment', { project: project.key, environment }), 'environment');
}
