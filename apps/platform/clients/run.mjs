/**
 * Evaluates the same flags with OpenFeature's clients of many languages against a running platform, and compares what
 * they make of them with docs/clients.md: `npm run clients -w apps/platform -- --language python --language java`.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { compareWithDocument, readDocument, writtenDocument } from './document.mjs';
import { LANGUAGES } from './languages.mjs';
import { examine } from './examine.mjs';
import { startLanguages } from './start-languages.mjs';
import { COLUMNS } from './ways.mjs';

const HELP = `Compares OpenFeature's clients with docs/clients.md.

  --language NAME   one language, may be repeated: ${LANGUAGES.map(({ name }) => name).join(', ')}. Default: all
  --cache FOLDER    where clients are installed. Default: sortition-clients in the temporary folder
  --require-all     a language that cannot be tried is a failure
  --write           write what was seen into the document instead of comparing
  --verbose         an example of each difference
`;
const DOCUMENT = fileURLToPath(new URL('../docs/clients.md', import.meta.url));
const INSTALL_WITHIN_MS = 900_000;

const { values } = parseArgs({
  options: {
    language: { type: 'string', multiple: true, default: LANGUAGES.map(({ name }) => name) },
    cache: { type: 'string', default: join(tmpdir(), 'sortition-clients') },
    'require-all': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const unknown = values.language.filter((name) => !LANGUAGES.some((language) => language.name === name));
if (unknown.length > 0) {
  console.error(`No language "${unknown[0]}".\n\n${HELP}`);
  process.exit(2);
}

const started = Date.now();
const say = (line) => console.log(`[${((Date.now() - started) / 1_000).toFixed(1).padStart(6)} s] ${line}`);
const cache = resolve(values.cache);
await mkdir(cache, { recursive: true });
const chosen = LANGUAGES.filter(({ name }) => values.language.includes(name));
const { programs, skipped } = await startLanguages(chosen, cache, run, say);
let problems = [];
try {
  const ways = await examine(programs, say);
  printTable(ways);
  const document = await readFile(DOCUMENT, 'utf8');
  if (values.write) await writeFile(DOCUMENT, writtenDocument(document, ways));
  else problems = compareWithDocument(ways, readDocument(document));
} finally {
  await Promise.all(programs.map(({ program }) => program.stop()));
}
for (const { name, reason } of skipped) console.log(`SKIPPED ${name}: ${reason}`);
for (const problem of problems) console.log(`PROBLEM ${problem}`);
const isComplete = skipped.length === 0 || !values['require-all'];
console.log(
  problems.length === 0
    ? 'Everything is as documented.'
    : `${problems.length} differences that docs/clients.md does not name.`,
);
process.exit(problems.length === 0 && isComplete ? 0 : 1);

function printTable(ways) {
  const lines = [
    ['client, protocol', ...COLUMNS],
    ...ways.map((way) => [way.name, ...COLUMNS.map((column) => cellOf(way, column))]),
  ];
  const widths = lines[0].map((_, index) => Math.max(...lines.map((cells) => cells[index].length)));
  for (const cells of lines) console.log(cells.map((cell, index) => cell.padEnd(widths[index])).join('  '));
  for (const { name, differences } of ways) {
    for (const { column, line, count, example, message } of differences) {
      console.log(`${name}, ${column}: ${line} (${count} times)`);
      if (values.verbose) console.log(`    ${JSON.stringify(example)} ${message ?? ''}`);
    }
  }
}

function cellOf({ cells, counts, compared }, column) {
  const differing = counts?.[column];
  return differing === undefined ? cells[column] : `${compared - differing} of ${compared}`;
}

/** Runs a tool to its end. @throws with what it said. */
function run(command, options, { cwd, env: environment = env } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, options, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: INSTALL_WITHIN_MS,
    });
    let said = '';
    const hear = (text) => {
      said = (said + text).slice(-20_000);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', fail);
    child.once('exit', (code) =>
      code === 0 ? done(said) : fail(new Error(said.trim() || `${command} ends with ${code}`)),
    );
  });
}
