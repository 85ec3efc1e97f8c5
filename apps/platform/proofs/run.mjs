/**
 * Proves a promise by breaking things: `npm run proof -w apps/platform -- <name> [--rounds N]`.
 * Ends with 0 when the promise held, with 1 and the reason when it did not.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const names = readdirSync(here)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    events: { type: 'string' },
    seed: { type: 'string' },
    untimed: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
const { untimed, ...numbers } = values;
if (positionals.length !== 1 || !names.includes(name)) {
  console.error(`Name one proof of: ${names.join(', ')}.`);
  process.exit(2);
}
const options = Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value)]));
for (const [key, value] of Object.entries(options)) {
  if (Number.isInteger(value) && value > 0) continue;
  console.error(`--${key} "${values[key]}" must be a whole number above 0.`);
  process.exit(2);
}

const { prove } = await import(`./${name}.mjs`);
const started = Date.now();
try {
  await prove({ ...options, untimed }, (line) =>
    console.log(`[${((Date.now() - started) / 1_000).toFixed(1).padStart(6)} s] ${line}`),
  );
  process.exit(0);
} catch (error) {
  console.error(`The proof "${name}" FAILED: ${error.stack}`);
  process.exit(1);
}
