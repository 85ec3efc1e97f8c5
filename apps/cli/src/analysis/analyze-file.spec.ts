import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { analyzeFile } from './analyze-file.js';
import type { AnalysisRequest } from './analysis-request.js';
import type { AnalysisResult } from './analysis-result.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-analyze-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function analyze(
  content: string | Buffer,
  request: Partial<AnalysisRequest> = {},
  name = 'input.csv',
): Promise<AnalysisResult> {
  const file = join(directory, name);
  await writeFile(file, content);
  return analyzeFile({
    file,
    unitColumn: undefined,
    variantColumn: 'arm',
    control: 'a',
    metricColumns: ['amount'],
    weights: undefined,
    alpha: 0.05,
    missing: 'error',
    ...request,
  });
}

const SMALL = 'arm,amount\na,1\na,2\na,3\nb,2\nb,4\nb,6\n';

describe('analyzing a CSV file', () => {
  it("compares averages by Welch's t-test", async () => {
    const { metrics } = await analyze(SMALL);

    // SciPy: ttest_ind([2, 4, 6], [1, 2, 3], equal_var=False)
    expect(metrics[0]).toMatchObject({
      metric: 'amount',
      kind: 'average',
      variants: [
        { variant: 'a', units: 3, mean: 2, standardDeviation: 1 },
        { variant: 'b', units: 3, mean: 4 },
      ],
      comparisons: [{ variant: 'b', control: 'a', absolute: { value: 2 }, relative: { value: 1 }, reason: '' }],
    });
    expect(metrics[0]?.comparisons[0]?.pValue).toBeCloseTo(0.22088084049409593, 12);
  });

  it('adds up the rows of a unit, and takes a unit with one conversion as converted', async () => {
    const rows = 'unit,arm,amount,bought\n1,a,1,0\n1,a,2,1\n2,a,5,0\n3,b,4,1\n3,b,4,1\n4,b,1,0\n';

    const {
      units,
      rows: read,
      metrics,
    } = await analyze(rows, { unitColumn: 'unit', metricColumns: ['amount', 'bought'] });

    expect([units.map(({ units: n }) => n), read]).toEqual([[2, 2], 6]);
    expect(metrics.map(({ kind, variants }) => [kind, ...variants.map(({ units: n, mean }) => [n, mean])])).toEqual([
      ['average', [2, 4], [2, 4.5]],
      ['conversion', [2, 0.5], [2, 0.5]],
    ]);
  });

  // SciPy: ttest_ind(b, a, equal_var=False) over the same numbers. From sums of raw squares the spread came out as 1.95 or 0.
  it('keeps the spread of numbers that are millions of times larger', async () => {
    const spread = (index: number): number => 2 * Math.SQRT2 * Math.sin(index * 12.9898);
    const rows = Array.from({ length: 1000 }, (_, i) => [`a,${1e7 + spread(i)}`, `b,${1e7 - 0.33 + spread(i + 5000)}`]);

    const { metrics } = await analyze(['arm,amount', ...rows.flat()].join('\n'));

    const [control, treatment] = metrics[0]?.variants ?? [];
    const compared = metrics[0]?.comparisons[0];
    expect(control?.standardDeviation).toBeCloseTo(2.001658438781583, 6);
    expect(treatment?.standardDeviation).toBeCloseTo(2.000811643832659, 6);
    expect(compared?.pValue).toBeCloseTo(0.00021024603445042602, 8);
    expect(compared?.absolute?.lower).toBeCloseTo(-0.5078448564956719, 6);
    expect(compared?.absolute?.upper).toBeCloseTo(-0.15680667150515973, 6);
  });

  it('takes the absence of rare events in a small arm for no effect, and says when there are too few', async () => {
    const rows = ['a,50\n'.repeat(18), 'a,0\n'.repeat(8982), 'b,0\n'.repeat(1000)].join('');
    const shares = `arm,amount\n${rows.replaceAll('50', '1')}`;

    const bought = (await analyze(shares)).metrics[0]?.comparisons[0];
    const spent = (await analyze(`arm,amount\n${rows}`)).metrics[0]?.comparisons[0];

    expect(bought).toMatchObject({ method: 'corrected-score', significant: false, relative: { lower: -1 } });
    expect(spent).toMatchObject({
      pValue: null,
      reason: expect.stringMatching(/^TOO_FEW_EVENTS: 18 of 9000 units of control and 0 of/),
    });
  });

  it('reads true and false, in any case, as a conversion', async () => {
    const { metrics } = await analyze('arm,amount\na,true\na,FALSE\nb,True\nb,true\n');

    expect(metrics[0]).toMatchObject({ kind: 'conversion', variants: [{ mean: 0.5 }, { mean: 1 }] });
  });

  it('reads quoted fields with commas, quotes and line breaks', async () => {
    const { units } = await analyze('note,arm,amount\n"1, ""x""\nnext","a, old",1\n"2","a, old",2\n3,b,2\n4,b,3\n', {
      control: 'a, old',
    });

    expect(units.map(({ variant, units: n }) => [variant, n])).toEqual([
      ['a, old', 2],
      ['b', 2],
    ]);
  });

  it.each([
    ['semicolons', SMALL.replaceAll(',', ';'), 'semicolon.csv'],
    ['tabs', SMALL.replaceAll(',', '\t'), 'tab.csv'],
    ['Windows line ends', SMALL.replaceAll('\n', '\r\n'), 'windows.csv'],
    ['a byte order mark', `\uFEFF${SMALL}`, 'mark.csv'],
    ['gzip', gzipSync(SMALL), 'input.csv.gz'],
    ['a name with wildcards', SMALL, 'in[1]*?.csv'],
  ])('reads a file with %s', async (_, content, name) => {
    const { metrics } = await analyze(content, {}, name);

    expect(metrics[0]?.comparisons[0]?.absolute?.value).toBe(2);
  });

  it('keeps the control first and the other variants by name', async () => {
    const { units } = await analyze('arm,amount\nz,1\nz,2\nb,1\nb,3\na,1\na,4\n', { control: 'z' });

    expect(units.map(({ variant }) => variant)).toEqual(['z', 'a', 'b']);
  });

  it('counts empty fields as 0 when told so', async () => {
    const { metrics } = await analyze('arm,amount\na,4\na,\nb,2\nb,4\n', { missing: 'zero' });

    expect(metrics[0]?.variants[0]?.mean).toBe(2);
  });

  it('checks the sizes of the variants against the weights', async () => {
    const rows = ['arm,amount', ...Array.from({ length: 900 }, (_, i) => `a,${i % 7}`)];
    rows.push(...Array.from({ length: 100 }, (_, i) => `b,${i % 5}`));
    const weights = new Map([
      ['a', 9],
      ['b', 1],
    ]);

    const fitting = await analyze(rows.join('\n'), { weights });
    const equal = await analyze(rows.join('\n'));

    expect(fitting.sampleRatio).toMatchObject({ pValue: 1, passed: true });
    expect(equal.sampleRatio.passed).toBe(false);
  });

  it('says why a variant that does not vary has no p-value', async () => {
    const { metrics } = await analyze('arm,amount\na,5\na,5\nb,5\nb,5\n');

    expect(metrics[0]?.variants.map(({ mean }) => mean)).toEqual([5, 5]);
    expect(metrics[0]?.comparisons[0]).toMatchObject({ absolute: null, pValue: null });
    expect(metrics[0]?.comparisons[0]?.reason).toMatch(/vary|variance/);
  });
});

describe('analyzing refuses', () => {
  it.each<[string, string, Partial<AnalysisRequest>, string]>([
    ['an empty file', '', {}, 'is empty; it needs a header line and data rows'],
    ['a header alone', 'arm,amount\n', {}, 'has a header and no data rows'],
    [
      'an unknown metric',
      SMALL,
      { metricColumns: ['amuont'] },
      '--metric: the file has no column "amuont"; did you mean "amount"?',
    ],
    [
      'an unknown variant column',
      SMALL,
      { variantColumn: 'segment' },
      '--variant: the file has no column "segment"; there are "arm", "amount".',
    ],
    ['a column with two roles', SMALL, { metricColumns: ['arm'] }, 'column "arm" is named by --variant already'],
    [
      'an unknown control',
      SMALL,
      { control: 'c' },
      '--control: no row of column "arm" has the value "c"; there are "a", "b".',
    ],
    [
      'a single variant',
      'arm,amount\na,1\na,2\n',
      {},
      'column "arm" holds only "a"; a comparison needs a second variant',
    ],
    [
      'a row without a variant',
      'arm,amount\na,1\n,2\nb,3\n',
      {},
      '--variant: row 2 after the header has no value in column "arm"',
    ],
    [
      'text in a metric',
      'arm,amount\na,1\nb,"1,200 kr"\n',
      {},
      '--metric: row 2 after the header has "1,200 kr" in column "amount"',
    ],
    ['not-a-number', 'arm,amount\na,1\nb,nan\n', {}, 'row 2 after the header has "nan"'],
    ['infinity', 'arm,amount\na,1e999\nb,2\n', {}, 'row 1 after the header has "1e999"'],
    ['true among numbers', 'arm,amount\na,7\nb,true\n', {}, 'row 2 after the header has "true"'],
    ['an empty metric field', 'arm,amount\na,1\nb,\n', {}, 'row 2 after the header has no value in column "amount"'],
    ['a metric without any value', 'arm,amount\na,\nb,\n', {}, 'column "amount" is empty in every row'],
    [
      'a unit in two variants',
      'u,arm,amount\n1,a,1\n2,b,1\n2,a,1\n',
      { unitColumn: 'u' },
      '--unit: "2" is in two variants, "a" and "b"',
    ],
    ['a row without a unit', 'u,arm,amount\n1,a,1\n,b,1\n', { unitColumn: 'u' }, '--unit: row 2 after the header'],
    [
      'a weight for an unknown variant',
      SMALL,
      { weights: new Map([['c', 1]]) },
      '--weights: the file has no variant "c"',
    ],
    ['a variant without a weight', SMALL, { weights: new Map([['a', 1]]) }, 'there is no weight for variant "b"'],
    ['rows of different lengths', 'arm,amount\na,1\nb,2,3,4\n', {}, 'is not a well-formed CSV file'],
  ])('%s', async (_, content, request, message) => {
    await expect(analyze(content, request)).rejects.toThrow(message);
  });

  it('a file that is not there', async () => {
    const missing = join(directory, 'missing.csv');

    await expect(analyzeFile({ ...EMPTY_REQUEST, file: missing })).rejects.toThrow(`There is no file "${missing}"`);
  });

  it('a directory', async () => {
    await expect(analyzeFile({ ...EMPTY_REQUEST, file: directory })).rejects.toThrow('is not a file');
  });

  it('a file that only pretends to be compressed', async () => {
    await expect(analyze(SMALL, {}, 'pretended.csv.gz')).rejects.toThrow('can not be decompressed');
  });
});

const EMPTY_REQUEST: AnalysisRequest = {
  file: '',
  unitColumn: undefined,
  variantColumn: 'arm',
  control: 'a',
  metricColumns: ['amount'],
  weights: undefined,
  alpha: 0.05,
  missing: 'error',
};
