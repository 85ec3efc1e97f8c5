/**
 * Tests the packages for other languages against a platform that it starts: `npm run clients:packages`. A language that is
 * not on the machine is skipped with a line that says so.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { startFreshPlatform } from './fresh-apps/platform.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const TIME_LIMIT_MS = 300_000;
const run = promisify(execFile);

/** What each language needs, and how its tests run in a folder of their own. */
const LANGUAGES = {
  go: {
    needs: ['go', ['version']],
    async test(folder, env) {
      await cp(join(HERE, 'go'), folder, { recursive: true });
      return command('go', ['-C', folder, 'test', '-count=1', '-v', './...'], env);
    },
  },
  python: {
    needs: ['python3', ['-c', 'import venv, ensurepip']],
    async test(folder, env) {
      const bin = join(folder, 'venv', 'bin');
      // Building leaves files beside the sources.
      await cp(join(HERE, 'python'), folder, { recursive: true });
      await command('python3', ['-m', 'venv', join(folder, 'venv')], env);
      await command(join(bin, 'pip'), ['install', '--quiet', folder], env);
      return command(join(bin, 'python'), ['-m', 'unittest', 'discover', '-s', join(folder, 'tests')], env);
    },
  },
};

const work = await mkdtemp(join(tmpdir(), 'sortition-packages-'));
const platform = await startFreshPlatform(join(work, 'platform'));
let failures = 0;
try {
  for (const [language, { needs, test }] of Object.entries(LANGUAGES)) {
    if (!(await isThere(needs))) {
      console.log(`${language}: SKIPPED, there is no ${needs[0]}`);
      continue;
    }
    const env = { SORTITION_URL: platform.httpUrl, SORTITION_SERVER_KEY: platform.serverKey };
    try {
      const { stdout, stderr } = await test(join(work, language), env);
      const passed = stdout.split('--- PASS').length - 1 || Number(/Ran (\d+) tests/.exec(stderr)?.[1] ?? 0);
      if (passed === 0) throw new Error('no test ran');
      console.log(`${language}: works, ${passed} tests passed`);
    } catch (error) {
      failures += 1;
      console.log(`${language}: failed: ${error.message}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    }
  }
} finally {
  await platform.stop();
  await rm(work, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

function command(file, args, env) {
  return run(file, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env }, timeout: TIME_LIMIT_MS });
}

async function isThere([file, args]) {
  return run(file, args).then(
    () => true,
    () => false,
  );
}
