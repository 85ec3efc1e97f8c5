import { typeOfKind } from '../resource-types.js';
import type { DeclaredForms, ResourceKind } from '../resource.js';
import type { Declaration } from './declaration.js';

/** One resource as a declaration mentions it. */
export interface DeclaredItem<K extends ResourceKind> {
  readonly key: string;
  readonly environment: string | undefined;
  readonly declared: DeclaredForms[K];
  /** Path in the declaration, for example `flags[0].environments.production`. */
  readonly at: string;
}

type Form = Readonly<Record<string, unknown>>;

/** Everything of a kind that a declaration mentions, in its order. The schema has checked the forms. */
export function declaredItems<K extends ResourceKind>(kind: K, declaration: Declaration): readonly DeclaredItem<K>[] {
  const { place } = typeOfKind(kind);
  if (place.as === 'perEnvironment') {
    return declaredItems(place.of, declaration).flatMap(({ key, declared, at }) => {
      const environments = (declared as { readonly environments?: Form }).environments ?? {};
      return Object.entries(environments).map(([environment, form]) =>
        item<K>(key, environment, form, `${at}.environments.${environment}`),
      );
    });
  }
  const section = (declaration as unknown as Form)[place.section];
  if (section === undefined) return [];
  if (place.as === 'single') return [item<K>(place.key, undefined, section, place.section)];
  return (section as readonly { readonly key: string }[]).map((form, index) =>
    item<K>(form.key, undefined, form, `${place.section}[${index}]`),
  );
}

function item<K extends ResourceKind>(
  key: string,
  environment: string | undefined,
  declared: unknown,
  at: string,
): DeclaredItem<K> {
  return { key, environment, declared: declared as DeclaredForms[K], at };
}
