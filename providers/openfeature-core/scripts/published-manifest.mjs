/**
 * Lets `npm pack` in a provider's folder pack what is published: `use` (prepack) puts the manifest of the built package
 * in the place of the one that the repository works with, `restore` (postpack) puts that one back.
 */
import { access, readFile, rename, writeFile } from 'node:fs/promises';

const MANIFEST = 'package.json';
const KEPT = 'dist/package.json.kept';
const BUILT = 'dist/package';

const [, , action] = process.argv;
if (action === 'use') {
  const built = JSON.parse(await readFile(`${BUILT}/package.json`, 'utf8'));
  const published = { ...pointingInto(BUILT, built), files: [`${BUILT}/index.*`] };
  await writeFile(KEPT, await readFile(MANIFEST));
  await writeFile(MANIFEST, `${JSON.stringify(published, undefined, 2)}\n`);
} else if (action === 'restore') {
  if (await exists(KEPT)) await rename(KEPT, MANIFEST);
} else {
  console.error('Say "use" or "restore".');
  process.exit(2);
}

/** The manifest with every path of the built folder seen from the folder above; its own path stays. */
function pointingInto(folder, value) {
  if (typeof value === 'string') {
    return value.startsWith('./') && value !== './package.json' ? `./${folder}/${value.slice(2)}` : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, pointingInto(folder, item)]));
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
