import { failureMessage, type Plugin } from '@sortition/plugin-sdk';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { pluginFailure } from './plugin-failure.js';
import { resolveSecrets, type Variables } from './resolve-secrets.js';

/**
 * The configuration of a plugin, with secrets resolved and defaults filled in, as its schema accepts it.
 *
 * @throws DomainError INVALID_STATE naming the field that is wrong; quotes no value, as it may be a secret.
 */
export function configurationOf(
  { name, configuration: schema }: Plugin,
  given: unknown,
  variables: Variables,
): unknown {
  if (schema === undefined) {
    if (given === undefined) return undefined;
    throw pluginFailure(`The plugin ${name} takes no configuration. Remove it from the plugins file.`);
  }
  const configuration = resolveSecrets(given ?? {}, name, variables);
  const validate = compiled(name, schema);
  if (validate(configuration)) return configuration;
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'configuration'} ${message ?? 'is wrong'}`,
  );
  throw pluginFailure(`The configuration of the plugin ${name} is wrong: ${problems.join('; ')}.`);
}

function compiled(name: string, schema: NonNullable<Plugin['configuration']>): ValidateFunction {
  try {
    return new Ajv2020({ allErrors: true, useDefaults: true }).compile(schema);
  } catch (error) {
    throw pluginFailure(
      `The plugin ${name} has a malformed schema of its configuration: ${failureMessage(error)}.`,
      error,
    );
  }
}
