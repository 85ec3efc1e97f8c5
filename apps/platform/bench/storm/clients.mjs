/**
 * Many snapshot streams and a few whole providers in one process. Arguments: address, server key, streams, providers.
 * For each revision on its standard input it prints a line once every stream is connected and holds that state, with
 * the time of the last one, everything that was wrong so far, and what the providers answer.
 */
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers';

import { SortitionProvider } from '@sortition/openfeature-server';

import { Watcher } from './watcher.mjs';

const OPENED_AT_ONCE = 50;
const ASKED_EVERY_MS = 100;

const [address, credential, streams, providerCount] = process.argv.slice(2);
let expected;

const watchers = Array.from({ length: Number(streams) }, () => new Watcher(address, credential, arrived));
const providers = Array.from(
  { length: Number(providerCount) },
  () => new SortitionProvider({ address, apiKey: credential, initTimeoutMs: 60_000 }),
);
const answers = new Map();
/** What each provider answered, in order, without repetition. */
const orders = providers.map(() => []);

function arrived() {
  if (expected === undefined) return;
  if (!watchers.every(({ isConnected, revision }) => isConnected && String(revision) === expected)) return;
  expected = undefined;
  void report(Number(process.hrtime.bigint()) / 1e6);
}

async function report(at) {
  await ask();
  const wrong = watchers.flatMap((watcher) => watcher.wrong);
  console.log(
    JSON.stringify({
      at,
      wrong: wrong.length,
      examples: wrong.slice(0, 3),
      answers: Object.fromEntries(answers),
      orders: [...new Set(orders.map((order) => order.join(' ')))],
    }),
  );
}

/** Every provider answers at all times: the value before the change or the one after it, and nothing else. */
async function ask() {
  for (const [index, provider] of providers.entries()) {
    const order = orders[index];
    const { value, errorCode } = await provider.resolveNumberEvaluation('switch', -1, {});
    const answer = errorCode ?? String(value);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    if (order.at(-1) !== answer) order.push(answer);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    expected = line;
    arrived();
  })
  .on('close', () => process.exit(0));

await Promise.all(providers.map((provider) => provider.initialize()));
const closed = [...watchers];
const openOneByOne = async () => {
  for (let watcher = closed.pop(); watcher; watcher = closed.pop()) {
    watcher.open();
    await watcher.firstMessage;
  }
};
await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openOneByOne));
setInterval(() => void ask(), ASKED_EVERY_MS);
console.log(JSON.stringify('opened'));
