import { formatNameOf, parseNameOf } from './resource-name.js';
import { typeOfKind } from './resource-types.js';
import type { ResourceAddress, ResourceKind } from './resource.js';

/** Form of the resource names of a kind (AIP-122), for example `projects/{project}/flags/{key}`. */
export function nameFormOf(kind: ResourceKind): string {
  const { collection, place } = typeOfKind(kind);
  const parent = place.as === 'perEnvironment' ? 'projects/{project}/environments/{environment}' : 'projects/{project}';
  return `${parent}/${collection}/{key}`;
}

export function nameOf({ kind, project, environment = '', key }: ResourceAddress): string {
  return formatNameOf<string>(nameFormOf(kind), { project, environment, key });
}

/** @throws DomainError INVALID_ARGUMENT naming the field and the value. */
export function addressOf<K extends ResourceKind>(kind: K, name: string, field = 'name'): ResourceAddress<K> {
  const parts: Readonly<Record<string, string>> = parseNameOf<string>(nameFormOf(kind), name, field);
  return { kind, project: parts['project'] ?? '', environment: parts['environment'], key: parts['key'] ?? '' };
}

/** How errors and messages name a resource of the kind, for example `flag_configuration`. */
export function fieldOf(kind: ResourceKind): string {
  return kind.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** How a sentence names one of the kind, for example `an event definition`. */
export function wordsOf(kind: ResourceKind): string {
  const words = fieldOf(kind).replaceAll('_', ' ');
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

/** For example `flagConfigurations`. */
export function pluralOf(kind: ResourceKind): string {
  return `${kind.replace(/y$/, 'ie')}s`;
}

/** Path of a resource in violations, for example `flags.button.environments.production`. */
export function pathOf({ kind, key, environment = '' }: Pick<ResourceAddress, 'kind' | 'key' | 'environment'>): string {
  const { place } = typeOfKind(kind);
  if (place.as === 'perEnvironment') return `${pluralOf(place.of)}.${key}.environments.${environment}`;
  return `${pluralOf(kind)}.${key}`;
}
