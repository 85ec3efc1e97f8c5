import { formatNameOf, type NameParts, parseNameOf } from '@sortition/declaration';

/** The forms of resource names (AIP-122) beside those of the kinds of resources of a project. */
export const NAME_FORMS = {
  organization: 'organizations/{organization}',
  project: 'projects/{project}',
  environment: 'projects/{project}/environments/{environment}',
  apiKey: 'apiKeys/{key}',
} as const;

export type NameForm = keyof typeof NAME_FORMS;

/**
 * Takes a resource name apart.
 *
 * @param field name of the field that holds it, for the error.
 * @throws DomainError INVALID_ARGUMENT naming the field and the value.
 */
export function parseName<F extends NameForm>(
  form: F,
  name: string,
  field = 'name',
): NameParts<(typeof NAME_FORMS)[F]> {
  return parseNameOf(NAME_FORMS[form], name, field);
}

export function formatName<F extends NameForm>(form: F, parts: NameParts<(typeof NAME_FORMS)[F]>): string {
  return formatNameOf(NAME_FORMS[form], parts);
}
