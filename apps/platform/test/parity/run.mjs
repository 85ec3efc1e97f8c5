/**
 * Compares every way to get a decision with the engine, for random flags and random contexts:
 * `npm run parity -w apps/platform -- --contexts 10000 --flags 200 --seed 1`, all ways or those named by `--way`. Fails
 * when one decision differs.
 */
import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual, parseArgs } from 'node:util';

import { randomEnvironment } from './random-environment.mjs';
import { runPlatform } from './running-platform.mjs';
import { WAYS } from './ways.mjs';

const { values } = parseArgs({
  options: {
    contexts: { type: 'string', default: '10000' },
    flags: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    way: { type: 'string', multiple: true, default: [] },
  },
});
const size = { contexts: Number(values.contexts), flags: Number(values.flags), seed: Number(values.seed) };
const CONCURRENCY = 8;
const REPORTED = 5;
const HASHED_OTHERWISE = '$UNIT_HASHED_OTHERWISE';

const { snapshot, compiled, contexts } = randomEnvironment(size);
const flags = snapshot.flags;
const platform = await runPlatform(snapshot);
console.log(`${size.contexts} contexts x ${size.flags} flags, seed ${size.seed}`);
const expected = contexts.map((context) => engineDecisions(context));

let compared = 0;
let different = 0;
const ways = WAYS.filter(({ name }) => values.way.length === 0 || values.way.includes(name));
for (const { name, open } of ways) {
  const result = await compare(await open(platform, flags));
  compared += result.compared;
  different += result.different;
  const notes = [
    ...(result.leftOut > 0 ? [`${result.leftOut} flags left out`] : []),
    ...(result.undecided > 0
      ? [
          `${result.undecided} refused with an error (several versions in one attribute, or a unit that is hashed otherwise)`,
        ]
      : []),
  ];
  const seconds = (result.milliseconds / 1_000).toFixed(1);
  const suffix = notes.length > 0 ? `; ${notes.join('; ')}` : '';
  console.log(`${name}: ${result.compared} compared, ${result.different} different, ${seconds} s${suffix}`);
}
console.log(`total: ${compared} compared, ${different} different`);
await platform.close();
process.exit(different === 0 ? 0 : 1);

/** What the engine itself decides. A unit of a sticky experiment has no stored assignment yet. */
function engineDecisions(context) {
  return new Map(
    flags.map(({ key }) => {
      const { variant, errorCode } = compiled.finish(key, context, [], { now: Date.now() }).decision;
      return [key, { variant, error: errorCode }];
    }),
  );
}

async function compare(way) {
  const result = { compared: 0, different: 0, undecided: 0, leftOut: way.leftOut ?? 0, milliseconds: 0 };
  const started = performance.now();
  let next = 0;
  let lastShown = started;
  const worker = async () => {
    for (let index = next++; index < contexts.length; index = next++) {
      const context = contexts[index];
      const answers = await way.decide(context);
      for (const { key } of way.flags)
        judge(result, key, context, expected[index].get(key), answers.get(key) ?? way.missing);
      if (performance.now() - lastShown > 10_000) {
        lastShown = performance.now();
        console.log(`  ${index + 1} of ${contexts.length} contexts`);
      }
    }
  };
  await Promise.all(Array.from({ length: way.isSequential ? 1 : CONCURRENCY }, worker));
  result.milliseconds = performance.now() - started;
  await way.close();
  return result;
}

/** Whether the context holds a text that evaluators for JavaScript may hash otherwise. */
function hasOtherUnit(context) {
  return Object.values(context).some((unit) => typeof unit === 'string' && /[^\0-~]|^.{65}/su.test(unit));
}

/** Two decisions are the same when both are errors, or when the variants are the same. */
function judge(result, key, context, one, other) {
  const { message } = other ?? {};
  const isUndecided =
    message?.includes('$VERSION_NOT_COMPARABLE') || (message?.includes(HASHED_OTHERWISE) && hasOtherUnit(context));
  if (isUndecided) {
    result.undecided += 1;
    return;
  }
  result.compared += 1;
  const outcome = (decision) => (decision?.error ? 'error' : { variant: decision?.variant || undefined });
  if (other !== undefined && isDeepStrictEqual(outcome(one), outcome(other))) return;
  result.different += 1;
  if (result.different > REPORTED) return;
  console.log(
    `  ${key} for ${JSON.stringify(context)}: the engine ${JSON.stringify(one)}, here ${JSON.stringify(other)}`,
  );
}
