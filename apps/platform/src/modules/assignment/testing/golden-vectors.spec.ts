import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Snapshot } from '@sortition/evaluation';
import { SortitionProvider } from '@sortition/openfeature-server';
import { SortitionWebProvider } from '@sortition/openfeature-web';
import { type EvaluationCase, type EvaluationVector, evaluationVectors } from '@sortition/testing';

import { InMemorySnapshotFeed } from './in-memory-snapshot-feed.js';
import { runAssignment, type RunningAssignment } from './running-assignment.js';
import { ENVIRONMENT_ID, ORGANIZATION_ID, shopKeys } from './shop-snapshot.js';

const LOGGER = { error: ignore, warn: ignore, info: ignore, debug: ignore };

/** What a provider answered, as the vectors put it; `fallback` stands for the application's default. */
interface Answer {
  readonly value: unknown;
  readonly variant?: string | undefined;
  readonly reason?: string | undefined;
  readonly errorCode?: string | undefined;
}

type Evaluate = (flag: string, type: string, context: object) => Promise<Answer>;

const fallbacks = { boolean: 'none', string: 'none', number: 'none', object: 'none' } as const;

/**
 * The providers read the clock of the machine and hold no stored assignments: cases that state a time or what was stored
 * are for the engine alone.
 */
const vectors = evaluationVectors()
  .map((vector) => ({ ...vector, cases: vector.cases.filter(({ now, stored }) => now === undefined && !stored) }))
  .filter(({ cases }) => cases.length > 0);

describe.each(vectors.map((vector) => [vector.name, vector] as const))('golden vectors: %s', (_name, vector) => {
  const { cases } = vector;
  let running: RunningAssignment;
  let inProcess: SortitionProvider;
  let remote: SortitionProvider;

  beforeAll(async () => {
    const feed = new InMemorySnapshotFeed();
    feed.publish(ORGANIZATION_ID, ENVIRONMENT_ID, vector.snapshot as unknown as Snapshot);
    running = await runAssignment({ feed, authenticator: shopKeys() });
    const options = { address: running.grpcAddress, apiKey: 'server' };
    inProcess = new SortitionProvider(options);
    remote = new SortitionProvider({ ...options, mode: 'remote' });
    await Promise.all([inProcess.initialize(), remote.initialize()]);
  });

  afterAll(async () => {
    await Promise.all([inProcess.onClose(), remote.onClose()]);
    await running.close();
  });

  it('are met in process', () => meets(cases, vector, (...input) => evaluateWith(inProcess, ...input)));

  it('are met remotely', () => meets(cases, vector, (...input) => evaluateWith(remote, ...input)));

  // Over OFREP a value that is served is not called DISABLED, which makes some clients throw it away.
  it('are met in the browser', () =>
    meets(cases.map(asServedOverOfrep), vector, async (flag, type, context) => {
      const web = new SortitionWebProvider({ url: running.httpUrl, apiKey: 'server', ignoreVisibility: true });
      await web.initialize(context as never);
      const resolve = web[methodOf(type)].bind(web) as (key: string, fallback: unknown) => Answer;
      return resolve(flag, fallbacks.string);
    }));
});

function asServedOverOfrep(each: EvaluationCase): EvaluationCase {
  const { reason, value } = each.expected;
  return reason === 'DISABLED' && value !== undefined
    ? { ...each, expected: { ...each.expected, reason: 'DEFAULT' } }
    : each;
}

async function meets(cases: readonly EvaluationCase[], vector: EvaluationVector, evaluate: Evaluate): Promise<void> {
  const { flags } = vector.snapshot as unknown as Snapshot;
  const answers: Record<string, Answer> = {};
  const expected: Record<string, Answer> = {};
  for (const each of cases) {
    const type = flags.find(({ key }) => key === each.flag)?.type ?? 'string';
    const { value, variant, reason, errorCode } = await evaluate(each.flag, type, each.context);
    answers[each.name] = { value, variant, reason, errorCode };
    const wanted = each.expected;
    expected[each.name] = {
      value: wanted.value === undefined ? fallbacks.string : wanted.value,
      variant: wanted.variant,
      reason: wanted.reason,
      errorCode: wanted.errorCode,
    };
  }
  expect(answers).toEqual(expected);
}

function evaluateWith(provider: SortitionProvider, flag: string, type: string, context: object): Promise<Answer> {
  const resolve = provider[methodOf(type)].bind(provider) as unknown as (
    key: string,
    fallback: unknown,
    context: object,
    logger: object,
  ) => Promise<Answer>;
  return resolve(flag, fallbacks.string, context, LOGGER);
}

function methodOf(type: string) {
  switch (type) {
    case 'boolean':
      return 'resolveBooleanEvaluation';
    case 'number':
      return 'resolveNumberEvaluation';
    case 'object':
      return 'resolveObjectEvaluation';
    default:
      return 'resolveStringEvaluation';
  }
}

function ignore(): void {
  // Nothing is logged by a test.
}
