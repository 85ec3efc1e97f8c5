type Context = Readonly<Record<string, unknown>>;

/** Values that an attribute may have, whatever the operator expects of it. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  '',
  'text',
  '\u0000\ud800',
  'x'.repeat(10_000),
  0,
  -1,
  NaN,
  Infinity,
  true,
  [],
  [[null]],
  {},
  { toString: 'no function', valueOf: null },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  new Date(NaN),
];

/** The context with nothing in it, with each attribute missing, and with each attribute as every kind of value. */
export function hostileContexts(context: Context): readonly Context[] {
  const names = Object.keys(context);
  const without = names.map((name) => Object.fromEntries(Object.entries(context).filter(([each]) => each !== name)));
  const replaced = names.flatMap((name) => VALUES.map((value) => ({ ...context, [name]: value })));
  return [{}, ...without, ...replaced];
}
