import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { failureMessage, type Plugin } from '@sortition/plugin-sdk';
import { resolve as resolvePackage } from 'import-meta-resolve';

import { pluginFailure } from './plugin-failure.js';

/**
 * Imports the plugin that a plugins file asks for, as Node would find it from that file.
 *
 * @param from absolute path of the plugins file.
 * @throws DomainError INVALID_STATE when it is not installed, fails while it is loaded, or exports no plugin.
 */
export async function findPlugin(use: string, from: string): Promise<Plugin> {
  const url = locate(use, from);
  let module: { readonly default?: unknown };
  try {
    module = (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    throw pluginFailure(`The plugin "${use}" fails while it is loaded: ${failureMessage(error)}.`, error);
  }
  if (!isPlugin(module.default)) {
    const what = 'export default definePlugin({ name, version, apiVersion, open })';
    throw pluginFailure(`The module "${use}" (${url}) is no plugin: it must ${what}.`);
  }
  return module.default;
}

/** A package by the conditions of `import`; a path as `require` takes it, which may name a folder. */
function locate(use: string, from: string): string {
  const isPath = /^(\.{0,2}\/|[A-Za-z]:)/.test(use);
  try {
    return isPath
      ? pathToFileURL(createRequire(from).resolve(use)).href
      : resolvePackage(use, pathToFileURL(from).href);
  } catch (error) {
    const advice = isPath ? 'Check the path; it is relative to the plugins file' : `Install it: npm install ${use}`;
    throw pluginFailure(`The plugin "${use}" of ${from} is not there. ${advice}.`, error);
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const { name, version, apiVersion, requires, open } = value as Partial<Record<keyof Plugin, unknown>>;
  const isNamed = [name, version, apiVersion].every((each) => typeof each === 'string' && each !== '');
  const isOrdered =
    requires === undefined || (Array.isArray(requires) && requires.every((each) => typeof each === 'string'));
  return isNamed && isOrdered && typeof open === 'function';
}
