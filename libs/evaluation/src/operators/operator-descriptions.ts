/** What an operator is compared with. `texts` is one text or a list of which one must fit. */
export type OperatorArgument = 'value' | 'values' | 'boolean' | 'text' | 'texts' | 'number' | 'time';

/** One operator of an attribute condition, for people and editors. */
export interface OperatorDescription {
  readonly name: string;
  readonly argument: OperatorArgument;
  /** An argument as somebody would write it. */
  readonly example: unknown;
  /** What it does, as docs/operators.md says it. */
  readonly says: string;
}

/** Every operator of attribute conditions; a test holds it together with the reader of conditions and the docs. */
export const OPERATOR_DESCRIPTIONS: readonly OperatorDescription[] = [
  {
    name: 'equals',
    argument: 'value',
    example: 'SE',
    says: 'Same type and content; nothing is converted. An array attribute matches when an element does.',
  },
  { name: 'in', argument: 'values', example: ['SE', 'NO'], says: 'Equals one of them.' },
  {
    name: 'exists',
    argument: 'boolean',
    example: true,
    says: 'Neither missing nor null. Empty text, an empty array and NaN exist.',
  },
  {
    name: 'contains',
    argument: 'texts',
    example: 'beta',
    says: 'Text only; numbers are not turned into text. Any element of an array.',
  },
  {
    name: 'startsWith',
    argument: 'texts',
    example: 'beta-',
    says: 'Text only; numbers are not turned into text. Any element of an array.',
  },
  {
    name: 'endsWith',
    argument: 'texts',
    example: '@example.com',
    says: 'Text only; numbers are not turned into text. Any element of an array.',
  },
  {
    name: 'matches',
    argument: 'text',
    example: '^v[0-9]+$',
    says: 'RE2 syntax, linear time, found anywhere unless anchored. Text of more than 65,536 code units does not match.',
  },
  {
    name: 'lessThan',
    argument: 'number',
    example: 18,
    says: 'Numbers only: text is not parsed. Infinities compare as numbers, NaN never.',
  },
  {
    name: 'atMost',
    argument: 'number',
    example: 10,
    says: 'Numbers only: text is not parsed. Infinities compare as numbers, NaN never.',
  },
  {
    name: 'greaterThan',
    argument: 'number',
    example: 10,
    says: 'Numbers only: text is not parsed. Infinities compare as numbers, NaN never.',
  },
  {
    name: 'atLeast',
    argument: 'number',
    example: 18,
    says: 'Numbers only: text is not parsed. Infinities compare as numbers, NaN never.',
  },
  {
    name: 'semver',
    argument: 'text',
    example: '>=1.4.0 <2',
    says: "npm ranges; pre-releases count by precedence, also outside the range's own version. Three numbers are needed; a leading v is allowed.",
  },
  {
    name: 'before',
    argument: 'time',
    example: '2026-06-01T12:00:00Z',
    says: 'Strictly. A Date, RFC 3339 text with its offset, a full date (midnight UTC), or epoch milliseconds. Numbers are never seconds.',
  },
  {
    name: 'after',
    argument: 'time',
    example: '2026-06-01T12:00:00Z',
    says: 'Strictly. A Date, RFC 3339 text with its offset, a full date (midnight UTC), or epoch milliseconds. Numbers are never seconds.',
  },
  {
    name: 'cidr',
    argument: 'texts',
    example: ['10.0.0.0/8'],
    says: 'IPv4 in four decimal parts or IPv6; an IPv4-mapped IPv6 address is its IPv4 address; no zone ids.',
  },
];
