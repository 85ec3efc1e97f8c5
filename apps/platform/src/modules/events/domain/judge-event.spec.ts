import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@sortition/kernel';

import type { TrackedPayload } from './event-payload.js';
import { type EventRules, withoutPersonalData } from './event-rules.js';
import { judgeEvent } from './judge-event.js';
import type { QuarantineVerdict } from './quarantine-verdict.js';

const RULES: EventRules = {
  version: 3,
  value: { presence: 'required', minimum: 1, maximum: 5 },
  requiredUnits: ['targetingKey'],
  personalData: [['contact', 'email']],
  propertyProblem: () => undefined,
};

const judged = (payload: Partial<TrackedPayload>, rules: Partial<EventRules> = {}): QuarantineVerdict | undefined =>
  judgeEvent(
    { undefinedEvents: 'accept', events: new Map([['purchase', { ...RULES, ...rules }]]) },
    {
      kind: 'tracked',
      tracked: { name: 'purchase', value: 2, units: { targetingKey: 'u' }, properties: {}, ...payload },
    },
  );

describe('judging an event', () => {
  it.each<[string, Partial<TrackedPayload>, string]>([
    ['a missing value', { value: null }, 'value is missing.'],
    ['a small value', { value: 0 }, 'value "0" is below 1.'],
    ['a large value', { value: 6 }, 'value "6" is above 5.'],
    ['a missing unit', { units: { company: 'acme' } }, 'units["targetingKey"] is missing, got "company".'],
  ])('refuses %s, naming field and value', (_case, payload, message) => {
    expect(judged(payload)).toMatchObject({ message, definitionVersion: 3 });
  });

  it('refuses a value where none belongs', () => {
    expect(judged({}, { value: { presence: 'forbidden' } })?.message).toBe(
      'value "2" is not allowed: the event has no value.',
    );
  });

  it.each<[string, readonly string[], JsonObject, string, string]>([
    ['quotes a value', ['items', '1'], { items: [0, 'x'] }, 'properties.items[1]', 'is odd, got "x"'],
    ['quotes nothing that is missing', ['a'], {}, 'properties.a', 'is odd'],
    ['hides personal data', ['contact', 'email'], { contact: { email: 'x' } }, 'properties.contact.email', 'is odd'],
    ['hides what holds personal data', ['contact'], { contact: { email: 'x' } }, 'properties.contact', 'is odd'],
    [
      'hides lists of it',
      ['contact', '0', 'email'],
      { contact: [{ email: 'x' }] },
      'properties.contact[0].email',
      'is odd',
    ],
    ['replaces what no database stores', ['a\0'], { 'a\0': '\ud800' }, 'properties.a\ufffd', 'is odd, got "\ufffd"'],
  ])('%s', (_case, path, properties, field, problem) => {
    const verdict = judged({ properties }, { propertyProblem: () => ({ path, description: 'is odd' }) });

    expect(verdict).toMatchObject({ field, message: `${field} ${problem}.` });
  });

  it('accepts what has no definition unless the project refuses it', () => {
    expect(judged({ name: 'other' })).toBeUndefined();
  });

  it('replaces personal data in lists and leaves the rest as it is', () => {
    const properties = { contact: [{ email: 'x', kept: 1 }, 7], email: 'not marked' };

    expect(withoutPersonalData(RULES, properties)).toEqual({
      contact: [{ email: '[personal data]', kept: 1 }, 7],
      email: 'not marked',
    });
  });
});
