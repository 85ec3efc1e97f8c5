/** Runs the applications named on the command line, or all. See README.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

import { startFreshPlatform } from './platform.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TIME_LIMIT_MS = 120_000;
const PACK_TIME_LIMIT_MS = 600_000;

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
  const tarballs = await pack();
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

/** Packs everything that is published, as `npm run pack` does. Returns the files by the packages' names. */
async function pack() {
  const into = join(work, 'tarballs');
  await npm(['run', '--silent', 'pack', '--', '--into', into], join(HERE, '..', '..'), {}, PACK_TIME_LIMIT_MS);
  const byName = new Map();
  for (const file of await readdir(into)) {
    byName.set(/^sortition-(.+)-\d+\.\d+\.\d+\.tgz$/.exec(file)[1], join(into, file));
  }
  return byName;
}

async function run(name, tarballs) {
  const folder = join(work, name);
  await cp(join(HERE, name), folder, { recursive: true });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const name of manifest.sortition.packages) {
    manifest.dependencies[`@sortition/${name}`] = `file:${tarballs.get(name)}`;
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
async function npm(args, cwd, more = {}, timeLimitMs = TIME_LIMIT_MS) {
  const child = spawn('npm', args, { cwd, env: { ...process.env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimitMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}\n${output}${errors}`);
  return output;
}
