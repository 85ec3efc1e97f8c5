import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { CsvTable } from './csv-table.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sortition-csv-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function read(content: string | Buffer, name = 'input.csv'): Promise<readonly (readonly unknown[])[]> {
  const file = join(directory, name);
  await writeFile(file, content);
  const table = await CsvTable.open(file);
  try {
    const rows = await table.query('SELECT * FROM input ORDER BY rowid');
    return [table.columns, ...rows.map((row) => Object.values(row))];
  } finally {
    table.close();
  }
}

const ROWS = [
  ['arm', 'amount'],
  ['a', '1'],
  ['b', '2'],
  ['b', '3'],
];
const LINES = ['arm,amount', 'a,1', 'b,2', 'b,3'];
const TEXT = `${LINES.join('\n')}\n`;
const LONG = ['arm,amount', ...Array.from({ length: 30_000 }, (_, index) => `a,${index}`)];

function utf16(text: string, byteOrder: 'little' | 'big'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return byteOrder === 'big' ? bytes.swap16() : bytes;
}

describe('a CSV file', () => {
  it.each<[string, string | Buffer]>([
    ['Windows line ends after others', 'arm,amount\na,1\nb,2\r\nb,3\r\n'],
    ['plain line ends after those of Windows', 'arm,amount\r\na,1\nb,2\nb,3'],
    ['a line end of old Macs among others', 'arm,amount\na,1\rb,2\nb,3\n'],
    ['a line that names the separator', `sep=;\r\n${TEXT.replaceAll(',', ';')}`],
    ['such a line in quotes after a byte order mark', `\uFEFF"sep=;"\n${TEXT.replaceAll(',', ';')}`],
    ['a tab named as separator', `sep=\t\n${TEXT.replaceAll(',', '\t')}`],
    ['UTF-16 as Windows writes it', utf16(`\uFEFF${TEXT.replaceAll('\n', '\r\n')}`, 'little')],
    ['UTF-16, big-endian', utf16(`\uFEFF${TEXT}`, 'big')],
    ['UTF-16 without a mark', utf16(TEXT, 'little')],
    ['UTF-16, tabs and mixed line ends', utf16('\uFEFFarm\tamount\r\na\t1\nb\t2\r\nb\t3', 'little')],
    ['empty lines', 'arm,amount\n\na,1\n\n\nb,2\nb,3\n\n'],
    ['gzip whose name does not say so', gzipSync(TEXT)],
    ['two gzip members', Buffer.concat([gzipSync('arm,amount\na,1\n'), gzipSync('b,2\nb,3\n')])],
    ['zeros behind gzip, as tapes pad', Buffer.concat([gzipSync(TEXT), Buffer.alloc(700)])],
  ])('is read with %s', async (_, content) => {
    expect(await read(content)).toEqual(ROWS);
  });

  it('is read the same whatever its line ends, encoding and separator are', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', '1', 'ö', '😀', ' ', ',', ';', '"', '\n', '\r\n'),
      minLength: 1,
    });
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
    const form = fc.record({
      rows: fc.array(fc.tuple(field, field, lineEnd), { minLength: 1, maxLength: 20 }),
      encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      isNamed: fc.boolean(),
      isCompressed: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(form, async ({ rows, encoding, delimiter, isNamed, isCompressed }) => {
        const write = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const lines = rows.map(([one, other, end]) => `${write(one)}${delimiter}${write(other)}${end}`);
        const text = `\uFEFF${isNamed ? `sep=${delimiter}\n` : ''}x${delimiter}y\n${lines.join('')}`;
        const bytes =
          encoding === 'utf-8' ? Buffer.from(text) : utf16(text, encoding === 'utf-16le' ? 'little' : 'big');

        const table = await read(isCompressed ? gzipSync(bytes) : bytes);

        expect(table).toEqual([['x', 'y'], ...rows.map(([one, other]) => [one, other])]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a malformed CSV file', () => {
  it.each<[string, string | Buffer, string]>([
    ['a short row', 'arm,amount\na,1\nb\n', 'line 3 has 1 field, the header has 2 (separated by ",")'],
    ['a short row far down', [...LONG, 'b', 'b,1'].join('\n'), 'line 30002 has 1 field, the header has 2'],
    ['a long row', 'arm,amount\na,1,2\n', 'line 2 has 3 fields, the header has 2'],
    ['a row with decimal commas', 'arm,amount\na,1\nb,1,5\n', 'line 3 has 3 fields'],
    ['a row after mixed line ends', 'arm,amount\r\na,1\nb,2\r\nc', 'line 4 has 1 field'],
    ['a row after a separator line', 'sep=,\narm,amount\na\n', 'line 3 has 1 field'],
    ['a comment above the header', '# by hand\narm,amount\na,1\n', 'the header "# by hand" looks like a comment'],
    [
      'a comment among rows',
      'arm,amount\na,1\n# later\nb,2\n',
      'line 3 has 1 field, the header has 2 (separated by ","); "# later" looks like a comment',
    ],
    [
      'a quote that is never closed',
      `arm,amount\na,1\n"b,2\n${'b,3\n'.repeat(40_000)}`,
      'a quote that opens in the record that begins on line 3 is never closed',
    ],
    [
      'one with very much behind it',
      `arm,amount\n"${'x,1\n'.repeat(400_000)}`,
      'the record that begins on line 2 is longer than 1000000 characters; most likely a quote',
    ],
    ['a quote inside a field', 'arm,amount\nb"x,1\r\nc,2\n', 'line 2 has a quote inside a field'],
    ['text behind a closing quote', 'arm,amount\n"b"x,1\nc,2\n', 'line 2 has text after a closing quote'],
    [
      'another encoding',
      Buffer.concat([Buffer.from(`${LONG.join('\n')}\n`), Buffer.from('ä,1\n', 'latin1')]),
      'line 30002 is not UTF-8',
    ],
    ['a torn UTF-16 file', utf16(`\uFEFF${TEXT}`, 'little').subarray(0, -1), 'line 5 is not UTF-16LE'],
    [
      'an HTML page',
      '\n<!DOCTYPE html>\n<html><title>Log in, please</title></html>\n',
      'is an HTML page, not a CSV file: often a login page',
    ],
    ['an HTML page in UTF-16', utf16('\uFEFF<html><p>a,b</p></html>', 'little'), 'is an HTML page'],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004\u0014\u0000'), 'is a ZIP archive or a spreadsheet, not a CSV file'],
    ['JSON', '[{"arm": "a"}]', 'is JSON, not a CSV file'],
    ['a separator line alone', 'sep=;\n', 'has no header after the line "sep=;"'],
    ['compressed nothing', gzipSync(''), 'is empty once decompressed'],
  ])('%s is refused with line and cause', async (_, content, message) => {
    const failure = await read(content).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
    expect(Buffer.byteLength((failure as Error).message)).toBeLessThan(1_000);
  });
});

describe('a gzip file', () => {
  const whole = gzipSync(Array.from({ length: 5_000 }, (_, index) => `a,${(index * 7919) % 1000}\n`).join(''));
  const changed = (position: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(position) ^ 4, position);
    return bytes;
  };
  const cases: readonly [string, Buffer][] = [
    ['whole', whole],
    ['cut at 90%', whole.subarray(0, Math.floor(whole.length * 0.9))],
    ['without its trailer', whole.subarray(0, -8)],
    ['without its last byte', whole.subarray(0, -1)],
    ['with a flipped bit', changed(Math.floor(whole.length / 2))],
    ['with a wrong checksum', changed(whole.length - 6)],
    ['with a wrong length', changed(whole.length - 1)],
    ['with a torn second member', Buffer.concat([whole, whole.subarray(0, 200)])],
    ['with garbage behind it', Buffer.concat([whole, Buffer.from('garbage')])],
    ['with garbage behind zeros', Buffer.concat([whole, Buffer.alloc(10), Buffer.from('garbage')])],
    ['padded with zeros', Buffer.concat([whole, Buffer.alloc(1_000)])],
    ['that is none', Buffer.from('arm,amount\na,1\n')],
  ];

  it.each(cases)('%s is taken exactly when gzip -t takes it', async (_, bytes) => {
    const name = 'tested.csv.gz';
    const outcome = await read(bytes, name).then(
      () => 'taken',
      (error: unknown) => (error as Error).message,
    );

    const isWhole = gzipTakes(join(directory, name));
    expect(outcome).toMatch(isWhole ? /^taken$/ : /is a damaged gzip file|is no gzip file/);
  });
});

/** What gzip itself says, on a machine that has it. */
function gzipTakes(file: string): boolean {
  try {
    execFileSync('gzip', ['-t', file], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
