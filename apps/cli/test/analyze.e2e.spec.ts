import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { run } from './support/sortition-process.js';

let directory: string;
let file: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-cli-'));
  file = join(directory, 'orders.csv');
  await writeFile(file, 'arm,amount\na,1\na,2\na,3\nb,2\nb,4\nb,6\n');
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('sortition analyze', () => {
  const question = ['--variant', 'arm', '--control', 'a', '--metric', 'amount'];

  it('prints nothing but one JSON document for a program', async () => {
    const { code, stdout, stderr } = await run(['analyze', file, ...question, '--output', 'json']);

    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      units: [{ variant: 'a', units: 3 }, { units: 3 }],
      metrics: [{ metric: 'amount', comparisons: [{ absolute: { value: 2 } }] }],
    });
  });

  it('prints a table for a person', async () => {
    const { code, stdout } = await run(['analyze', file, ...question]);

    expect(code).toBe(0);
    expect(stdout).toContain('Sample ratio: fits the weights (chi-square test, p = 1.0000, mismatch below 0.001).');
    expect(stdout).toContain('+100.00%');
    expect(stdout).toContain("amount (average; Welch's t-test)");
    expect(stdout).toContain('two-sided tests of no difference; * marks a p-value of at most 0.05');
    expect(stdout).toContain('There is one comparison, so there is nothing to correct for.');
  });

  it('fails with one line and code 1 on a question that the file can not answer', async () => {
    const { code, stdout, stderr } = await run([
      'analyze',
      file,
      ...question,
      '--metric',
      'amuont',
      '--output',
      'json',
    ]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'sortition: --metric: the file has no column "amuont"; did you mean "amount"? [INVALID_ARGUMENT]\n',
    );
  });

  it('shows no number of a damaged file, and leaves nothing behind', async () => {
    const [damaged, torn] = [join(directory, 'orders.csv.gz'), join(directory, 'torn.csv')];
    const packed = gzipSync(await readFile(file));
    await writeFile(damaged, packed.subarray(0, packed.length - 3));
    await writeFile(torn, 'arm,amount\r\na,1\nb,2\r\nb\n');
    const temporary = await mkdtemp(join(directory, 'temporary-'));
    const env = { TMPDIR: temporary };

    const first = await run(['analyze', damaged, ...question], { env });
    const second = await run(['analyze', torn, ...question], { env });

    expect([first.code, first.stdout]).toEqual([1, '']);
    expect(first.stderr).toContain('is a damaged gzip file (it was cut off)');
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toContain('line 4 has 1 field, the header has 2');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('keeps a failure under 1 KB, whatever the file holds', async () => {
    const wide = join(directory, 'wide.csv');
    const names = Array.from({ length: 50 }, (_, index) => `${'ö'.repeat(300)}${index}`);
    await writeFile(wide, `${names.join(',')}\n${names.join(',')}\n`);

    const { code, stderr } = await run(['analyze', wide, ...question]);

    expect(code).toBe(1);
    expect(stderr).toContain('--variant: the file has no column "arm"');
    expect(Buffer.byteLength(stderr)).toBeLessThan(1_024);
  });

  it.each([
    [['analyze', 'x.csv'], "required option '--variant <column>' not specified"],
    [
      ['analyze', 'x.csv', ...['--variant', 'v', '--control', 'a', '--metric', 'm', '--alpha', '2']],
      '--alpha must lie strictly between 0 and 1, got "2".',
    ],
    [['analyse'], "unknown command 'analyse'"],
    [['start', '--grpc-port', '70000'], '--grpc-port must be a whole number from 0 to 65535, got "70000".'],
    [['start', '--roles', 'admn'], '--roles: there is no role "admn"; did you mean "admin"?'],
    [['explain', 'flag'], 'explain needs a context'],
    [['explain', 'flag', '--context', '[]'], '--context must be a JSON object'],
    [['apply'], 'apply needs a file'],
    [['demo', '--visitors', 'many'], '--visitors must be a whole number'],
  ])('answers %j with code 2', async (commandLine, message) => {
    const { code, stdout, stderr } = await run(commandLine);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('lists every malformed environment variable at once and shows no secret', async () => {
    const env = { SORTITION_GRPC_PORT: 'x', SORTITION_ROLES: 'chef', SORTITION_DATABASE_URL: 'mysql://u:secret@db' };

    const { code, stderr } = await run(['start'], { env });

    expect(code).toBe(2);
    expect(stderr).toContain('SORTITION_GRPC_PORT must be a whole number from 0 to 65535, got "x"');
    expect(stderr).toContain('SORTITION_ROLES must be a list of assignment, events, metrics, admin');
    expect(stderr).toContain('SORTITION_DATABASE_URL must be of the form postgres://');
    expect(stderr).not.toContain('secret');
  });

  it.each(['start', 'demo', 'apply', 'export', 'explain', 'results', 'analyze'])(
    'teaches %s by examples',
    async (name) => {
      const { code, stdout } = await run([name, '--help']);

      expect(code).toBe(0);
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain('--output');
    },
  );
});
