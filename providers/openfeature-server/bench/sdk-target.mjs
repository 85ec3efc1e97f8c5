/**
 * What the OpenFeature SDK itself takes for an evaluation, as it is published and built from the same sources for a newer
 * JavaScript. The provider does nothing. Prints microseconds of processor time for each call: medians of rounds in turns.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

const TARGETS = ['es2015', 'es2022'];
const ROUNDS = 9;
const CALLS = 40_000;
const CONTEXT = { targetingKey: 'user-1', country: 'SE' };

// Inside the package, so that what is built finds its dependencies.
const work = await mkdtemp(join(import.meta.dirname, '.sdk-'));
try {
  const clients = { 'as published': await clientOf(await import('@openfeature/server-sdk')) };
  for (const target of TARGETS) clients[`built for ${target}`] = await clientOf(await sdkBuiltFor(target));
  const measured = Object.fromEntries(Object.keys(clients).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, client] of Object.entries(clients)) measured[name].push(await microsecondsOf(client));
  }
  const median = (values) => values.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const published = median(measured['as published']);
  for (const [name, values] of Object.entries(measured)) {
    const microseconds = median(values);
    console.log(
      `${name.padEnd(16)} ${microseconds.toFixed(2)} us, ${(microseconds / published).toFixed(2)} of the published`,
    );
  }
} finally {
  await rm(work, { recursive: true, force: true });
}

async function clientOf({ OpenFeature }) {
  const details = { value: true, variant: 'on', reason: 'STATIC' };
  const resolve = async () => details;
  await OpenFeature.setProviderAndWait({
    metadata: { name: 'nothing' },
    runsOn: 'server',
    hooks: [],
    resolveBooleanEvaluation: resolve,
    resolveStringEvaluation: resolve,
    resolveNumberEvaluation: resolve,
    resolveObjectEvaluation: resolve,
  });
  return OpenFeature.getClient();
}

async function microsecondsOf(client) {
  const before = process.cpuUsage();
  for (let call = 0; call < CALLS; call += 1) await client.getBooleanValue('flag', false, CONTEXT);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CALLS;
}

/** The sources are in the package's source map; the command is that of its `build:esm`, the target aside. */
async function sdkBuiltFor(target) {
  const published = createRequire(import.meta.url).resolve('@openfeature/server-sdk');
  const map = JSON.parse(await readFile(join(dirname(published), '../esm/index.js.map'), 'utf8'));
  const root = join(work, target);
  for (const [index, source] of map.sources.entries()) {
    const file = join(root, 'dist/esm', source);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, map.sourcesContent[index]);
  }
  const file = join(root, 'dist/esm/index.mjs');
  await build({
    entryPoints: [join(root, 'src/index.ts')],
    bundle: true,
    external: ['@openfeature/core'],
    platform: 'node',
    format: 'esm',
    target,
    outfile: file,
    logLevel: 'warning',
    plugins: [{ name: 'files that only export others, which source maps leave out', setup: exportAllBelow }],
  });
  // Each build is an SDK of its own: the published one shares its state with all that are loaded.
  delete globalThis[Symbol.for('@openfeature/js-sdk/api')];
  return import(pathToFileURL(file).href);
}

function exportAllBelow({ onResolve, onLoad }) {
  onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
    const directory = join(resolveDir, path);
    return path.endsWith('.ts') || existsSync(`${directory}.ts`) ? undefined : { path: directory, namespace: 'index' };
  });
  onLoad({ filter: /.*/, namespace: 'index' }, ({ path: directory }) => {
    const files = existsSync(directory) ? readdirSync(directory, { recursive: true }) : [];
    const modules = files.filter((file) => file.endsWith('.ts')).map((file) => `export * from './${file}';`);
    return { contents: modules.join('\n'), resolveDir: existsSync(directory) ? directory : work, loader: 'ts' };
  });
}
