/** What every client is asked: each flag for each context by its own type, and what goes wrong. */
import { READ_AS } from './flags.mjs';

const DEFAULT = { boolean: true, string: 'default', integer: -1, double: -1.5, object: { default: true } };

/** Attributes that decide something, one at a time and together. */
const ATTRIBUTES = [
  {},
  { country: 'SE' },
  { country: 'DE' },
  { country: '' },
  { plan: 'pro' },
  { plan: 'Pro' },
  { age: 17 },
  { age: 18 },
  { age: 65 },
  { age: 17.999 },
  { age: '65' },
  { version: '2.1.0' },
  { version: 'v2.5.3' },
  { version: '2.0.9' },
  { version: '3.0.0' },
  { version: '3.0.0-rc.1' },
  { version: '2.1' },
  { version: 'latest' },
  { tags: ['beta'] },
  { tags: ['other', 'internal'] },
  { tags: [] },
  { tags: 'beta' },
  { staff: true },
  { staff: 'true' },
  { name: 'Åsa' },
  { name: 'åsa' },
  { company: 'acme' },
  { company: 42 },
  { company: '' },
  { company: true },
  { email: 'ada@acme.example' },
  { nested: { country: 'SE' } },
];

const UNITS = [
  ...Array.from({ length: 24 }, (_, index) => ({ targetingKey: `user-${index}` })),
  { targetingKey: '17' },
  { targetingKey: 'åsa' },
  { targetingKey: '世界' },
  { targetingKey: '👋' },
  { targetingKey: 'with space ' },
  { targetingKey: 'x'.repeat(65) },
  { targetingKey: 'a/b' },
];

export const CONTEXTS = [
  ...UNITS.map((unit, index) => ({ ...unit, plan: index % 3 === 0 ? 'pro' : 'free', age: 10 + 3 * index })),
  ...ATTRIBUTES.map((attributes, index) => ({ targetingKey: `visitor-${index}`, ...attributes })),
  {},
  { targetingKey: '' },
];

/** Other types than the flag's own, and flags that do not exist. */
const ASIDE = [
  ['static-on', 'string'],
  ['static-on', 'integer'],
  ['unicode', 'boolean'],
  ['whole', 'double'],
  ['fraction', 'integer'],
  ['object', 'string'],
  ['segment', 'object'],
  ['no-such-flag', 'boolean'],
  ['no such/flag?', 'string'],
  ['ingen-såda-flagga', 'integer'],
];
const ASIDE_CONTEXTS = [
  { targetingKey: 'user-0', plan: 'pro' },
  { targetingKey: 'user-1', plan: 'free' },
];

export const EVALUATIONS = [
  // By context, as a page has one at a time.
  ...CONTEXTS.flatMap((context) => [...READ_AS].map(([flag, type]) => evaluation(flag, type, context))),
  ...ASIDE_CONTEXTS.flatMap((context) => ASIDE.map(([flag, type]) => evaluation(flag, type, context))),
];

function evaluation(flag, type, context) {
  return { flag, type, default: DEFAULT[type], context };
}
