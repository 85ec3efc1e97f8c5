import type { DraftSources } from '../project/project-state.js';

/** Makes the salt of a definition that has none. */
export function withSalt<T extends { readonly salt: string }>(
  definition: T,
  { sources }: { readonly sources: DraftSources },
): T {
  return definition.salt === '' ? { ...definition, salt: sources.newSalt() } : definition;
}
