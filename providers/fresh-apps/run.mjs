/** Runs the applications named on the command line, or all. See README.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { startFreshPlatform } from './platform.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PROVIDERS = ['openfeature-server', 'openfeature-web'];
const TIME_LIMIT_MS = 120_000;

const folders = (await readdir(HERE, { withFileTypes: true })).filter((entry) => entry.isDirectory());
const all = folders.map(({ name }) => name).sort();
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = names.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`There is no application "${unknown}"; there are: ${all.join(', ')}.`);
  process.exit(2);
}

const work = await mkdtemp(join(tmpdir(), 'sortition-fresh-'));
const platform = await startFreshPlatform(join(work, 'platform'));
let failures = 0;
try {
  const tarballs = new Map();
  for (const provider of PROVIDERS) tarballs.set(provider, await pack(provider));
  for (const name of names) {
    const problem = await run(name, tarballs).then(
      () => undefined,
      (error) => error,
    );
    if (problem) failures += 1;
    console.log(`${name}: ${problem ? `failed: ${problem.message}` : 'works'}`);
  }
} finally {
  await platform.stop();
  await rm(work, { recursive: true, force: true });
}
console.log(`${names.length - failures} of ${names.length} fresh applications work.`);
process.exit(failures === 0 ? 0 : 1);

/** Packs what `npm run build:packages` built. */
async function pack(provider) {
  const built = join(HERE, '..', provider, 'dist', 'package');
  await mkdir(join(work, 'tarballs'), { recursive: true });
  const printed = await npm(['pack', '--json', '--pack-destination', join(work, 'tarballs')], built);
  const [packed] = JSON.parse(printed.slice(printed.indexOf('[')));
  return join(work, 'tarballs', packed.filename);
}

async function run(name, tarballs) {
  const folder = join(work, name);
  await cp(join(HERE, name), folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const provider of manifest.sortition.providers) {
    manifest.dependencies[`@sortition/${provider}`] = `file:${tarballs.get(provider)}`;
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], folder);
  await npm(['start', '--silent'], folder, {
    SORTITION_GRPC: platform.grpcAddress,
    SORTITION_URL: platform.httpUrl,
    SORTITION_SERVER_KEY: platform.serverKey,
    SORTITION_CLIENT_KEY: platform.clientKey,
  });
}

/** Resolves with what npm printed; rejects with all of it when npm fails or takes too long. */
async function npm(args, cwd, more = {}) {
  const child = spawn('npm', args, { cwd, env: { ...process.env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT_MS);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}\n${output}${errors}`);
  return output;
}
