import { readFileSync, writeFileSync } from 'node:fs';

/** The page that `operators.json` makes. */
export function operatorsPage({ operators }) {
  const lines = [
    '# What each operator does with every kind of value',
    '',
    'Made from `operators.json` by `npm run docs -w libs/evaluation`; `src/conditions/operator-table.spec.ts` checks',
    'every row against the engine. A value that does not match never makes an evaluation fail.',
    '',
    'A context whose own property throws when it is read gives reason ERROR and code INVALID_CONTEXT, for the flags that',
    'read it. Arrays of more than 100,000 elements match nothing, whatever the operator.',
    '',
  ];
  for (const { operator, condition, says, cases } of operators) {
    lines.push(`## ${operator}`, '', `\`${JSON.stringify(condition)}\``, '', says, '');
    lines.push('| kind | value | matches |', '|---|---|---|');
    for (const { kind, value, matches } of cases)
      lines.push(`| ${kind} | ${shown(value)} | ${matches ? 'yes' : 'no'} |`);
    lines.push('');
  }
  return lines.join('\n');
}

function shown(value) {
  if (value === null || typeof value !== 'object' || value.$ === undefined)
    return `\`${ascii(JSON.stringify(value))}\``;
  switch (value.$) {
    case 'repeat':
      return `\`"${value.text}"\` ${value.count.toLocaleString('en')} times as one text`;
    case 'array':
      return `array of ${value.count.toLocaleString('en')} times \`${JSON.stringify(value.of)}\``;
    case 'date':
      return `Date of \`${value.text}\``;
    default:
      return value.$;
  }
}

function ascii(text) {
  return text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const table = JSON.parse(readFileSync(new URL('operators.json', import.meta.url), 'utf8'));
  writeFileSync(new URL('operators.md', import.meta.url), operatorsPage(table));
}
