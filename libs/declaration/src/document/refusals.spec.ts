import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { standardOperators } from '@sortition/evaluation/operators';
import { DomainError } from '@sortition/kernel';

import { checkDeclaration } from './check-declaration.js';
import { readDocument } from './read-document.js';

/** Problems of a YAML document, each as people read it. */
function problemsOf(yaml: string): readonly string[] {
  const options = { environments: ['production', 'staging'], operators: standardOperators };
  const violations = checkDeclaration(readDocument(yaml, 'yaml', 'file.yaml'), options);
  return violations.map(({ field, description }) => `${field} ${description}`);
}

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
  return 'taken';
}

const flag = (configuration: string): string => `
version: 1
flags:
  - key: button
    type: string
    variants: {a: red, b: green, c: blue}
    environments:
      production: ${configuration}
`;
const rule = (text: string): string => flag(`{enabled: true, rules: [{key: r, ${text}}]}`);

describe('a declaration without a server', () => {
  it('is taken when the platform would take it', () => {
    expect(problemsOf(rule('condition: {attribute: country, in: [SE, NO]}, split: {variants: equal}'))).toEqual([]);
  });

  it('is checked with what the project holds already', () => {
    const base = { version: 1, segments: [{ key: 'beta', condition: { attribute: 'beta', equals: true } }] } as const;
    const document = readDocument(rule('condition: {segment: beta}, variant: a'), 'yaml', 'file.yaml');
    const environments = ['production'];

    expect(checkDeclaration(document, { environments, base })).toEqual([]);
    expect(checkDeclaration(document, { environments })).toMatchObject([
      { field: 'flags.button.environments.production.rules[0].condition.segment' },
    ]);
  });

  it.each([
    ['{operator: equals, value: SE}', 'value is no part of a condition; write equals: SE, beside the attribute'],
    ['{attribute: country, operator: equals, value: SE}', 'value is no part of a condition; write equals: SE'],
    ['{attribute: country, equal: SE}', 'equal is no part of a condition; did you mean "equals"?'],
    ['{country: SE}', 'country is no part of a condition; write for example {attribute: country, equals: SE}'],
  ])('answers the condition %s once, with how it is written', (condition, answer) => {
    const [problem, ...more] = problemsOf(rule(`condition: ${condition}, variant: a`));

    expect(problem).toContain(`flags[0].environments.production.rules[0].condition.${answer}`);
    expect(more).toEqual([]);
  });

  it.each([
    ['conditon: {segment: x}, variant: a', 'rules[0].conditon is not a known field; did you mean "condition"?'],
    ['varaint: a', 'rules[0].varaint is not a known field; did you mean "variant"?'],
  ])('says of %s what was meant, and nothing that only follows from it', (text, answer) => {
    expect(problemsOf(rule(text))).toEqual([`flags[0].environments.production.${answer}`]);
  });

  it('suggests the near name for a flag, a segment and an experiment that do not exist', () => {
    const document = `
version: 1
segments: [{key: beta-testers, condition: {attribute: beta, equals: true}}]
flags:
  - key: button
    type: boolean
    variants: {on: true, off: false}
    environments:
      production:
        prerequisites: [{flag: buton, variants: [on]}]
        rules: [{key: r, condition: {segment: beta-tester}, variant: on}]
`;

    expect(problemsOf(document)).toEqual([
      'flags.button.environments.production.prerequisites[0].flag must be the key of a flag of the project, got "buton"; did you mean "button"?',
      'flags.button.environments.production.rules[0].condition.segment must be the key of a segment of the project, got "beta-tester"; did you mean "beta-testers"?',
    ]);
  });
});

describe('shares of variants', () => {
  const experiment = (variants: string): string => `${flag('{}')}
experiments: [{key: x, flag: button, environment: production, control: a, variants: ${variants}}]
`;

  it.each(['equal', '{a: equal, b: equal, c: equal}', '{a: 33.3334, b: 33.3333, c: 33.3333}'])(
    'of three arms are taken as %s',
    (variants) => {
      expect(problemsOf(experiment(variants))).toEqual([]);
    },
  );

  it('that leave something are refused in percent, with the way to equal parts', () => {
    expect(problemsOf(experiment('{a: 33.3, b: 33.3, c: 33.3}'))).toEqual([
      'experiments[0].variants must have percentages that sum to 100, got 33.3 + 33.3 + 33.3 = 99.9; write "equal" in place of a number for equal parts',
    ]);
  });

  it('finer than a bucket are refused', () => {
    expect(problemsOf(experiment('{a: 33.33333, b: 33.33333, c: 33.33334}'))[0]).toContain('in steps of 0.0001');
  });
});

describe('the text of a declaration', () => {
  it('may begin with a byte order mark and merge keys', () => {
    const yaml = `\uFEFFversion: 1
flags:
  - key: a
    type: boolean
    variants: {on: true, off: false}
    environments:
      production: &base {enabled: true, offVariant: 'off'}
      staging: {<<: *base, enabled: false}
`;

    expect(readDocument(yaml, 'yaml', 'file')).toMatchObject({
      flags: [{ environments: { staging: { enabled: false, offVariant: 'off' } } }],
    });
    expect(readDocument('\uFEFF{"version":1}', 'json', 'file')).toEqual({ version: 1 });
  });

  it.each([
    ['yaml', 'flags: [{key: n, variants: {big: 9007199254740993}}]'],
    ['json', '{"flags": [{"key": "n", "variants": {"big": 9007199254740993}}]}'],
  ] as const)('in %s is refused for a number that would be stored as another', (format, text) => {
    const refusal = refusalOf(() => readDocument(text, format, 'file'));

    expect(refusal).toContain('flags[0].variants.big must be a number that double precision holds');
    expect(refusal).toContain('got 9007199254740993; the nearest is 9007199254740992');
  });

  it.each([
    ['yaml', 'flags: [{key: n, variants: {__proto__: 1}}]'],
    ['json', '{"flags": [{"key": "n", "variants": {"__proto__": 1}}]}'],
  ] as const)('in %s is refused for a name that would be lost', (format, text) => {
    expect(refusalOf(() => readDocument(text, format, 'file'))).toContain('"__proto__"');
  });

  it('is refused for a name that stands twice', () => {
    expect(refusalOf(() => readDocument('{"flags": [], "flags": [1]}', 'json', 'file'))).toContain(
      'flags stands twice',
    );
    expect(refusalOf(() => readDocument('flags: []\nflags: [1]', 'yaml', 'file'))).toContain('line 2');
  });
});

describe('what people are shown first', () => {
  const root = new URL('../../../../', import.meta.url);
  const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

  it.each([
    ['README.md', /```yaml\n([^`]*)```/],
    ['apps/cli/demo/experiments.yaml', /([^]*)/],
    ['apps/cli/src/commands/apply-command.ts', /is for everybody:\n([^]*?)\nExamples:/],
  ])('in %s has three conditions and is taken', (file, pattern) => {
    const [, yaml = ''] = pattern.exec(textOf(file)) ?? [];

    expect(problemsOf(yaml)).toEqual([]);
    expect(yaml.match(/condition:/g)).toHaveLength(3);
  });
});
