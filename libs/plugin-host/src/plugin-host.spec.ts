import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { definePlugin, type Plugin, type PluginLogger } from '@sortition/plugin-sdk';

import { PluginHost } from './plugin-host.js';

const silent: PluginLogger = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let log: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sortition-plugins-'));
  log = [];
  (globalThis as { pluginLog?: string[] }).pluginLog = log;
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Writes a package whose default export is the given expression. */
async function install(name: string, plugin: string): Promise<void> {
  const path = join(folder, 'node_modules', name);
  await mkdir(path, { recursive: true });
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({ name, type: 'module', exports: { import: './main.js' } }),
  );
  await writeFile(join(path, 'main.js'), `export default ${plugin};\n`);
}

function source(name: string, more = ''): string {
  return `{ name: '${name}', version: '1.2.3', apiVersion: '^1.0.0', ${more}
    ${more.includes('open') ? '' : `open: () => { pluginLog.push('open ${name}'); return { close: async () => { pluginLog.push('close ${name}'); } }; },`} }`;
}

async function open(file: unknown, builtIn: readonly Plugin[] = []): Promise<PluginHost> {
  const path = join(folder, 'plugins.json');
  await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file));
  return PluginHost.open({
    file: path,
    builtIn,
    clock: { now: () => 0 },
    variables: { SORTITION_TEST_TOKEN: 'hidden' },
    loggerOf: () => silent,
  });
}

describe('the plugins of a process', () => {
  it('are opened after those that they require, and closed the other way round, once', async () => {
    await install('one', source('one', `requires: ['two'],`));
    await install('two', source('two'));

    const plugins = await open({ plugins: ['one', 'two'] });
    await Promise.all([plugins.close(), plugins.close()]);

    expect(log).toEqual(['open two', 'open one', 'close one', 'close two']);
    expect(plugins.list().map(({ name, version, isBuiltIn }) => [name, version, isBuiltIn])).toEqual([
      ['two', '1.2.3', false],
      ['one', '1.2.3', false],
    ]);
  });

  it('are found by package name and by path, beside those that are built in', async () => {
    await install('one', source('one'));
    await writeFile(join(folder, 'local.mjs'), `export default ${source('local')};`);
    const builtIn = definePlugin({ name: 'core', version: '0.1.0', apiVersion: '^1.0.0', open: () => ({}) });

    const plugins = await open({ plugins: [{ use: './local.mjs' }, 'one'] }, [builtIn]);

    expect(plugins.list().map(({ name, isBuiltIn }) => [name, isBuiltIn])).toEqual([
      ['core', true],
      ['local', false],
      ['one', false],
    ]);
  });

  it('get their configuration with defaults filled in and secrets resolved', async () => {
    await install(
      'one',
      source(
        'one',
        `configuration: { type: 'object', properties: { token: { type: 'string' }, times: { type: 'integer', default: 3 } }, required: ['token'], additionalProperties: false },
         open: ({ configuration }) => { pluginLog.push(JSON.stringify(configuration)); return {}; },`,
      ),
    );

    await open({ plugins: [{ use: 'one', configuration: { token: { secret: 'env:SORTITION_TEST_TOKEN' } } }] });

    expect(log).toEqual(['{"token":"hidden","times":3}']);
  });

  it('are well unless they say otherwise or do not say it', async () => {
    await install('well', source('well'));
    await install(
      'ill',
      source('ill', `open: () => ({ health: async () => ({ status: 'failing', detail: 'no tea' }) }),`),
    );
    await install('broken', source('broken', `open: () => ({ health: async () => { throw new Error('oh'); } }),`));

    const healths = await (await open({ plugins: ['well', 'ill', 'broken'] })).health();

    expect(Object.fromEntries(healths)).toEqual({
      well: { status: 'ok' },
      ill: { status: 'failing', detail: 'no tea' },
      broken: { status: 'failing', detail: 'oh' },
    });
  });
});

const OPERATOR = `open: () => ({ targetingOperators: [{ name: 'acme.same', parse: (a) => a, matches: () => true }] }),`;

describe('a process does not start with', () => {
  it.each<[string, Record<string, string>, unknown, RegExp]>([
    ['a file that is no JSON', {}, '{"plugins": [', /plugins\.json cannot be read: .*Such a file: \{"plugins"/],
    ['a file without a list', {}, { plugins: {} }, /malformed at \/plugins: must be array\. Such a file/],
    [
      'a plugin that is not installed',
      {},
      { plugins: ['@acme/none'] },
      /"@acme\/none" .* Install it: npm install @acme\/none/,
    ],
    ['a path that is wrong', {}, { plugins: ['./none.mjs'] }, /"\.\/none\.mjs" .* Check the path/],
    [
      'a module that throws',
      { one: `(() => { throw new Error('no luck'); })()` },
      { plugins: ['one'] },
      /fails while it is loaded: no luck/,
    ],
    [
      'a module that is no plugin',
      { one: '{ name: "one" }' },
      { plugins: ['one'] },
      /is no plugin: it must export default definePlugin/,
    ],
    [
      'a plugin of a later interface',
      { one: `{ ...${source('one')}, apiVersion: '^2.0.0' }` },
      { plugins: ['one'] },
      /one 1\.2\.3 needs the plugin interface \^2\.0\.0; this is 1\.0\.0\. Update Sortition/,
    ],
    [
      'a plugin of an earlier interface',
      { one: `{ ...${source('one')}, apiVersion: '^0.9.0' }` },
      { plugins: ['one'] },
      /this is 1\.0\.0\. Update one\./,
    ],
    [
      'a range that is none',
      { one: `{ ...${source('one')}, apiVersion: 'new' }` },
      { plugins: ['one'] },
      /must be a range such as "\^1\.0\.0"/,
    ],
    [
      'a version that is none',
      { one: `{ ...${source('one')}, version: 'v' }` },
      { plugins: ['one'] },
      /no semantic version/,
    ],
    [
      'two plugins of one name',
      { one: source('same'), two: source('same') },
      { plugins: ['one', 'two'] },
      /Two plugins are named "same": one and two/,
    ],
    [
      'two operators of one name',
      { one: source('one', OPERATOR), two: source('two', OPERATOR) },
      { plugins: ['one', 'two'] },
      /operator "acme\.same" is added twice: by one and by two/,
    ],
    [
      'a plugin that is required and missing',
      { one: source('one', `requires: ['two'],`) },
      { plugins: ['one'] },
      /one requires two, which the plugins file lacks/,
    ],
    [
      'plugins that require each other',
      { one: source('one', `requires: ['two'],`), two: source('two', `requires: ['one'],`) },
      { plugins: ['one', 'two'] },
      /in a circle: one -> two -> one/,
    ],
    [
      'configuration that nobody takes',
      { one: source('one') },
      { plugins: [{ use: 'one', configuration: {} }] },
      /one takes no configuration/,
    ],
    [
      'configuration that the schema refuses',
      { one: source('one', `configuration: { type: 'object', required: ['url'] },`) },
      { plugins: [{ use: 'one', configuration: { password: 'hidden' } }] },
      /configuration of the plugin one is wrong: configuration must have required property 'url'\.$/,
    ],
    [
      'a secret that is not set',
      { one: source('one', `configuration: { type: 'object' },`) },
      { plugins: [{ use: 'one', configuration: { token: { secret: 'env:SORTITION_TEST_NONE' } } }] },
      /needs the environment variable SORTITION_TEST_NONE/,
    ],
    [
      'a plugin that cannot be opened',
      { one: source('one', `open: () => { throw new Error('no tea'); },`) },
      { plugins: ['one'] },
      /one cannot be opened: no tea\. Mend it/,
    ],
    [
      'a plugin that opens to nothing',
      { one: source('one', `open: () => undefined,`) },
      { plugins: ['one'] },
      /its "open" must return what it adds/,
    ],
  ])('%s', async (_what, packages, file, message) => {
    for (const [name, plugin] of Object.entries(packages)) await install(name, plugin);

    await expect(open(file)).rejects.toMatchObject({ code: 'INVALID_STATE', message: expect.stringMatching(message) });
  });

  it('a plugin after others that were open: they are closed', async () => {
    await install('one', source('one'));
    await install('two', source('two', `open: () => { throw new Error('no'); },`));

    await expect(open({ plugins: ['one', 'two'] })).rejects.toThrow('two cannot be opened');

    expect(log).toEqual(['open one', 'close one']);
  });
});
