import { afterEach, describe, expect, it } from '@jest/globals';
import type { EvaluationContext, EvaluationDetails, JsonValue } from '@openfeature/core';

import type { FlagValueType } from '../flag-value-type.js';

/** A state that a provider can be in when an application evaluates. */
export type ProviderState = 'stable' | 'not ready' | 'error' | 'fatal' | 'stale';

/** An application's view: a client of the OpenFeature SDK over the provider under test. */
export interface ScenarioClient {
  /** Evaluates with details; with a static context the client sets the context first. */
  details(
    type: FlagValueType,
    flagKey: string,
    defaultValue: JsonValue,
    context: EvaluationContext,
  ): Promise<EvaluationDetails<JsonValue>>;
  /** The SDK's status of the provider, for example `READY`. */
  status(): string;
  /** Closes the SDK and whatever the provider talked to. */
  leave(): Promise<void>;
}

/** Registers a provider over `scenarioSnapshot` that is in the state. */
export type EnterScenario = (state: ProviderState) => Promise<ScenarioClient>;

const EMAIL = 'ballmer@macrosoft.com';
const template = { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 };

const values = [
  ['boolean', 'boolean-flag', false, true, 'on'],
  ['string', 'string-flag', 'bye', 'hi', 'greeting'],
  ['number', 'integer-flag', 1, 10, 'ten'],
  ['number', 'float-flag', 0.1, 0.5, 'half'],
  ['object', 'object-flag', {}, template, 'template'],
] as const satisfies readonly (readonly [FlagValueType, string, JsonValue, JsonValue, string])[];

const zeros = [
  ['boolean', 'boolean', true, false],
  ['string', 'string', 'hi', ''],
  ['number', 'integer', 1, 0],
  ['number', 'float', 0.1, 0],
  ['object', 'object', { a: 1 }, {}],
] as const satisfies readonly (readonly [FlagValueType, string, JsonValue, JsonValue])[];

const mismatches = [
  ['string', 'boolean-flag', 'bye'],
  ['boolean', 'string-flag', false],
  ['number', 'string-flag', 1],
  ['object', 'string-flag', {}],
  ['number', 'boolean-flag', 0.1],
  ['number', 'wrong-flag', 13],
] as const satisfies readonly (readonly [FlagValueType, string, JsonValue])[];

const STATUSES = [
  ['stable', 'READY'],
  ['not ready', 'NOT_READY'],
  ['error', 'ERROR'],
  ['fatal', 'FATAL'],
  ['stale', 'STALE'],
] as const satisfies readonly (readonly [ProviderState, string])[];

/**
 * What the evaluation scenarios of the OpenFeature specification ask of a provider, each with the numbers of the
 * requirements that it shows. Left out are the scenarios about the SDK alone (hooks of an evaluation, asynchrony) and
 * the reason CACHED, which a provider may give and these give only for values from before a restart.
 *
 * @param lacking states that the provider never has.
 */
export function describeEvaluationScenarios(
  name: string,
  enter: EnterScenario,
  lacking: readonly ProviderState[] = [],
): void {
  const statuses = STATUSES.filter(([state]) => !lacking.includes(state));
  describe(`OpenFeature evaluation scenarios: ${name}`, () => {
    let entered: ScenarioClient | undefined;
    const given = async (state: ProviderState): Promise<ScenarioClient> => {
      entered = await enter(state);
      return entered;
    };

    afterEach(async () => {
      await entered?.leave();
      entered = undefined;
    });

    it('resolves values of every type with flag key, variant and reason (1.3.1.1, 1.4.3, 1.4.5, 1.4.6, 1.4.7)', async () => {
      const client = await given('stable');
      for (const [type, flagKey, fallback, value, variant] of values) {
        const details = await client.details(type, flagKey, fallback, {});
        expect(details).toMatchObject({ flagKey, value, variant, reason: 'STATIC' });
        expect(details.errorCode).toBeUndefined();
      }
    });

    it('resolves zero values as values (2.2.3)', async () => {
      const client = await given('stable');
      for (const [type, prefix, fallback, value] of zeros) {
        const details = await client.details(type, `${prefix}-zero-flag`, fallback, {});
        expect(details).toMatchObject({ value, reason: 'STATIC', variant: 'zero' });
      }
    });

    it('resolves by targeting, and by default when the context does not match, is empty or holds null (1.4.7)', async () => {
      const client = await given('stable');
      const contexts: readonly (readonly [EvaluationContext, string])[] = [
        [{ email: EMAIL }, 'TARGETING_MATCH'],
        [{ email: 'ballmer@none.com' }, 'DEFAULT'],
        [{}, 'DEFAULT'],
        [{ email: null }, 'DEFAULT'],
      ];
      for (const [context, reason] of contexts) {
        for (const [type, prefix, fallback, value] of zeros) {
          const details = await client.details(type, `${prefix}-targeted-zero-flag`, fallback, context);
          expect(details).toMatchObject({ value, reason, variant: 'zero' });
        }
      }
    });

    it('looks at several attributes of a context (1.3.1.1)', async () => {
      const client = await given('stable');
      const context = { email: EMAIL, role: 'admin', age: 65, customer: false };
      const matched = await client.details('string', 'context-aware', 'false', context);
      const empty = await client.details('string', 'context-aware', 'false', {});
      expect(matched).toMatchObject({ value: 'INTERNAL', reason: 'TARGETING_MATCH' });
      expect(empty).toMatchObject({ value: 'EXTERNAL', reason: 'DEFAULT' });
    });

    it('answers the default with FLAG_NOT_FOUND, and names the flag (1.4.8, 1.4.9, 1.4.13)', async () => {
      const client = await given('stable');
      for (const [type, , fallback] of values) {
        const details = await client.details(type, 'non-existent-flag', fallback, {});
        expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' });
        expect(details.errorMessage).toContain('non-existent-flag');
        expect(details.variant).toBeUndefined();
      }
    });

    it('answers the default with TYPE_MISMATCH (1.3.4)', async () => {
      const client = await given('stable');
      for (const [type, flagKey, fallback] of mismatches) {
        const details = await client.details(type, flagKey, fallback, {});
        expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'TYPE_MISMATCH' });
      }
    });

    it('answers TARGETING_KEY_MISSING for the flag that needs the key alone (3.1.1)', async () => {
      const client = await given('stable');
      const split = await client.details('string', 'split-flag', 'none', {});
      const fixed = await client.details('string', 'string-flag', 'none', {});
      const targeted = await client.details('boolean', 'boolean-targeted-zero-flag', true, { email: EMAIL });
      const keyed = await client.details('string', 'split-flag', 'none', { targetingKey: 'user-1' });
      expect(split).toMatchObject({ value: 'none', reason: 'ERROR', errorCode: 'TARGETING_KEY_MISSING' });
      expect(fixed).toMatchObject({ value: 'hi' });
      expect(targeted).toMatchObject({ value: false });
      expect(keyed).toMatchObject({ reason: 'SPLIT' });
    });

    it('answers the default without an error for disabled flags and flags without a default (1.4.7)', async () => {
      const client = await given('stable');
      const boolean = await client.details('boolean', 'boolean-disabled-flag', false, {});
      const string = await client.details('string', 'string-disabled-flag', 'bye', {});
      const none = await client.details('number', 'undefined-default-flag', 7, {});
      expect(boolean).toMatchObject({ value: false, reason: 'DISABLED' });
      expect(string).toMatchObject({ value: 'bye', reason: 'DISABLED' });
      expect(none).toMatchObject({ value: 7, reason: 'DEFAULT' });
      for (const { errorCode, variant } of [boolean, string, none]) {
        expect([errorCode, variant]).toEqual([undefined, undefined]);
      }
    });

    it('returns the flag’s metadata, frozen (1.4.14, 1.4.14.1)', async () => {
      const client = await given('stable');
      const { flagMetadata } = await client.details('boolean', 'metadata-flag', true, {});
      expect(flagMetadata).toMatchObject({ string: '1.0.2', integer: 2, float: 0.1, boolean: true });
      expect(Object.isFrozen(flagMetadata)).toBe(true);
    });

    it('leaves the context as it was', async () => {
      const client = await given('stable');
      const context = { email: EMAIL, nested: { list: ['a'] } };
      await client.details('boolean', 'boolean-targeted-zero-flag', true, context);
      expect(context).toEqual({ email: EMAIL, nested: { list: ['a'] } });
    });

    it('answers defaults with PROVIDER_NOT_READY before it is ready (1.7.6)', async () => {
      const client = await given('not ready');
      for (const [type, flagKey, fallback] of values) {
        const details = await client.details(type, flagKey, fallback, {});
        expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_NOT_READY' });
      }
    });

    it('answers defaults with PROVIDER_FATAL when it can never be ready (1.7.7)', async () => {
      const client = await given('fatal');
      for (const [type, flagKey, fallback] of values) {
        const details = await client.details(type, flagKey, fallback, {});
        expect(details).toMatchObject({ value: fallback, reason: 'ERROR', errorCode: 'PROVIDER_FATAL' });
      }
    });

    it.each(statuses)('shows the status of a %s provider as %s (1.7.1 to 1.7.5)', async (state, status) => {
      const client = await given(state);
      expect(client.status()).toBe(status);
    });
  });
}
