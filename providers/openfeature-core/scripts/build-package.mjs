/**
 * Builds the package of the current directory in the form in which it is published, into `dist/package/`: ESM and CommonJS
 * with the internal libraries and what they stand on bundled in, the OpenFeature SDK and declared dependencies left
 * out, types rolled up, and a manifest of its own. Then has publint and are-the-types-wrong look at it.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';

import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { build } from 'tsdown';

const OUT = 'dist/package';
const manifest = JSON.parse(await readFile('package.json', 'utf8'));
const declared = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.peerDependencies ?? {})];

await rm(OUT, { recursive: true, force: true });
await build({
  config: false,
  entry: 'src/index.ts',
  outDir: OUT,
  format: ['esm', 'cjs'],
  platform: process.argv[2] ?? 'node',
  target: 'es2022',
  dts: { build: false },
  fixedExtension: true,
  treeshake: true,
  logLevel: 'warn',
  inputOptions: { resolve: { conditionNames: ['@sortition/source', 'import', 'default'] } },
  deps: {
    neverBundle: declared,
    alwaysBundle: (id) => !declared.some((name) => id === name || id.startsWith(`${name}/`)) && !id.startsWith('node:'),
  },
});

const { name, version, description, license, type, engines, dependencies, peerDependencies, sideEffects } = manifest;
const published = {
  ...{ name, version, description, license, type, engines, sideEffects, dependencies, peerDependencies },
  main: './index.cjs',
  module: './index.mjs',
  types: './index.d.cts',
  exports: {
    '.': {
      import: { types: './index.d.mts', default: './index.mjs' },
      require: { types: './index.d.cts', default: './index.cjs' },
    },
    './package.json': './package.json',
  },
};
await writeFile(`${OUT}/package.json`, `${JSON.stringify(published, undefined, 2)}\n`);
for (const file of ['README.md', 'LICENSE']) await copyFile(file, `${OUT}/${file}`);

const { messages, pkg } = await publint({ pkgDir: OUT, strict: true });
for (const message of messages) console.error(formatMessage(message, pkg));
// It packs by npm: the options of an `npm pack` around this would send its package elsewhere.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_config_')));
const checked = ['--pack', OUT, '--profile', 'node16', '--format', 'ascii'];
const types = spawnSync('attw', checked, { stdio: 'inherit', env });
if (messages.length > 0 || types.status !== 0) process.exit(1);
console.log(`${name} ${version} is built in ${OUT}/; publint and are-the-types-wrong found nothing.`);
