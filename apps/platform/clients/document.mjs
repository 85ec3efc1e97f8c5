/** The documented table: read from the Markdown file, compared with what was seen, and written anew on request. */
import { COLUMNS } from './ways.mjs';

const BEGIN = '<!-- clients:begin -->';
const END = '<!-- clients:end -->';

/** Rows by way, and differences by way and column. */
export function readDocument(text) {
  const rows = new Map();
  const differences = new Set();
  for (const line of generatedPart(text).split('\n')) {
    const cells = cellsOf(line);
    if (cells.length === COLUMNS.length + 1) rows.set(cells[0], cells.slice(1));
    if (cells.length === 3) differences.add(cells.join(' | '));
  }
  return { rows, differences };
}

/** What was seen and is not documented, and what is documented and was not seen; only of ways that were tried. */
export function compareWithDocument(ways, { rows, differences }) {
  const problems = [];
  for (const way of ways) {
    const documented = rows.get(way.name);
    COLUMNS.forEach((column, index) => {
      if (way.cells[column] === documented?.[index]) return;
      problems.push(
        `${way.name}: ${column} is "${way.cells[column]}", documented as "${documented?.[index] ?? 'nothing'}"`,
      );
    });
    const seen = new Set(way.differences.map((each) => rowOf(way, each)));
    for (const row of seen) if (!differences.has(row)) problems.push(`not documented: ${row}`);
    for (const row of differences) {
      if (row.startsWith(`${way.name} | `) && !seen.has(row)) problems.push(`documented and not seen: ${row}`);
    }
  }
  return problems;
}

/** The document with the table of what was seen; rows of ways that were not tried stay. */
export function writtenDocument(text, ways) {
  const { rows, differences } = readDocument(text);
  const kept = [...differences].filter((row) => !ways.some(({ name }) => row.startsWith(`${name} | `)));
  for (const way of ways)
    rows.set(
      way.name,
      COLUMNS.map((column) => way.cells[column]),
    );
  const listed = [...kept, ...ways.flatMap((way) => way.differences.map((each) => rowOf(way, each)))].sort();
  const lines = [
    BEGIN,
    '',
    row('client, protocol', ...COLUMNS),
    row(...Array.from({ length: COLUMNS.length + 1 }, () => '---')),
    ...[...rows].map(([name, cells]) => row(name, ...cells)),
    '',
    row('client, protocol', 'column', 'flag, read as: what the application gets'),
    row('---', '---', '---'),
    ...[...new Set(listed)].map((each) => `| ${each} |`),
    '',
    END,
  ];
  return text.replace(BEGIN + generatedPart(text) + END, () => lines.join('\n'));
}

function rowOf(way, { column, line }) {
  return [way.name, column, line].join(' | ');
}

function row(...cells) {
  return `| ${cells.join(' | ')} |`;
}

function cellsOf(line) {
  const cells = line.startsWith('|')
    ? line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
    : [];
  return cells.every((cell) => /^-+$/.test(cell)) || cells[0] === 'client, protocol' ? [] : cells;
}

function generatedPart(text) {
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`The document lacks "${BEGIN}" and "${END}".`);
  return text.slice(start + BEGIN.length, end);
}
