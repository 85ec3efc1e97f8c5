/** The languages: what a machine needs for each, how its program is made, and the ways in which it evaluates. */
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

import { prepareGo } from './go/prepare.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const SERVER_PROTOCOLS = ['ofrep', 'flagd', 'flagd-in-process'];

export const LANGUAGES = [
  {
    name: 'node',
    hasOneNumber: true,
    protocols: [...SERVER_PROTOCOLS, 'sortition'],
    needs: [],
    prepare: async () => [execPath, here('node/runner.mjs')],
  },
  {
    name: 'web',
    hasOneNumber: true,
    keyKind: 'client',
    protocols: ['ofrep', 'flagd', 'sortition'],
    needs: [],
    prepare: async () => [execPath, here('web/runner.mjs')],
  },
  { name: 'python', protocols: SERVER_PROTOCOLS, needs: ['python3'], prepare: preparePython },
  { name: 'java', protocols: SERVER_PROTOCOLS, needs: ['java', 'mvn'], prepare: prepareJava },
  { name: 'go', protocols: SERVER_PROTOCOLS, needs: ['go'], prepare: prepareGo },
  { name: 'rust', protocols: SERVER_PROTOCOLS, needs: ['cargo'], prepare: prepareRust },
];

/** The first tool that the language needs and the machine lacks. */
export function missingTool({ needs }) {
  const folders = (env.PATH ?? '').split(delimiter);
  return needs.find((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
}

async function preparePython(cache, run) {
  const folder = join(cache, 'python');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', here('python/requirements.txt')]);
  return [python, here('python/runner.py')];
}

async function prepareJava(cache, run) {
  const folder = join(cache, 'java');
  await cp(here('java'), folder, { recursive: true });
  await run('mvn', ['-q', '-B', 'compile', 'dependency:copy-dependencies', '-DoutputDirectory=libraries'], {
    cwd: folder,
  });
  return ['java', '-cp', `${join(folder, 'target', 'classes')}${delimiter}${join(folder, 'libraries', '*')}`, 'Runner'];
}

async function prepareRust(cache, run) {
  const folder = join(cache, 'rust');
  await mkdir(folder, { recursive: true });
  for (const path of ['Cargo.toml', 'src']) await cp(here(`rust/${path}`), join(folder, path), { recursive: true });
  await run('cargo', ['build', '--quiet'], { cwd: folder });
  return [join(folder, 'target', 'debug', 'clients')];
}
