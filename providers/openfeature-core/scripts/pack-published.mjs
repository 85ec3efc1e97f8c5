/** Packs everything that is published, for installing from files. Prints where. `--into FOLDER`, default `.packages`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** In the order in which they depend on each other. */
const PUBLISHED = ['providers/openfeature-server', 'providers/openfeature-web', 'libs/kernel', 'libs/plugin-sdk'];

const { values } = parseArgs({ options: { into: { type: 'string', default: join(ROOT, '.packages') } } });
const into = resolve(values.into);
await mkdir(into, { recursive: true });
for (const folder of PUBLISHED) {
  const printed = await npm(['pack', '--json', '--pack-destination', into], join(ROOT, folder));
  const [{ name, version, filename }] = JSON.parse(printed.slice(printed.indexOf('[\n')));
  console.log(`${name} ${version}: ${relative(process.cwd(), join(into, filename))}`);
}

async function npm(args, cwd) {
  const child = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const [code] = await once(child, 'close');
  if (code === 0) return output;
  console.error(`npm ${args[0]} in ${cwd} ended with ${code}\n${output}${errors}`);
  process.exit(1);
}
