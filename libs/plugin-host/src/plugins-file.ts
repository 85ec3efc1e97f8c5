import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { failureMessage, type JsonSchema } from '@sortition/plugin-sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { pluginFailure } from './plugin-failure.js';

/** A plugin that the file asks for. */
export interface WantedPlugin {
  /** A package name, or a path that begins with `./`, `../` or `/`; relative to the file. */
  readonly use: string;
  readonly configuration: unknown;
}

export interface PluginsFile {
  /** Absolute path. */
  readonly path: string;
  readonly plugins: readonly WantedPlugin[];
}

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['plugins'],
  additionalProperties: false,
  properties: {
    plugins: {
      type: 'array',
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            required: ['use'],
            additionalProperties: false,
            properties: { use: { type: 'string', minLength: 1 }, configuration: {} },
          },
        ],
      },
    },
  },
};

const EXAMPLE = '{"plugins": ["@acme/sortition-geofence", {"use": "./office-hours", "configuration": {}}]}';

const isPluginsFile = new Ajv2020().compile<{ plugins: (string | WantedPlugin)[] }>(SCHEMA);

/**
 * Reads which plugins a process is to have: `{"plugins": [NAME_OR_PATH | {"use": NAME_OR_PATH, "configuration": …}]}`.
 *
 * @throws DomainError INVALID_STATE naming the file and what is wrong.
 */
export async function readPluginsFile(file: string): Promise<PluginsFile> {
  const path = resolve(file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw pluginFailure(
      `The plugins file ${path} cannot be read: ${failureMessage(error)}. Such a file: ${EXAMPLE}.`,
      error,
    );
  }
  if (!isPluginsFile(content)) {
    const [problem] = isPluginsFile.errors ?? [];
    const place = problem?.instancePath || 'its root';
    throw pluginFailure(
      `The plugins file ${path} is malformed at ${place}: ${problem?.message ?? ''}. Such a file: ${EXAMPLE}.`,
    );
  }
  const plugins = content.plugins.map((each) =>
    typeof each === 'string'
      ? { use: each, configuration: undefined }
      : { use: each.use, configuration: each.configuration },
  );
  return { path, plugins };
}
