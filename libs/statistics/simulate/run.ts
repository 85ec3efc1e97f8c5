import { mkdirSync, writeFileSync } from 'node:fs';

import { runStudy } from './run-study.js';
import type { Finding } from './run-study.js';
import { chapters } from './studies/index.js';
import { chapterTable } from './table.js';

/** Writes docs/simulation.md. `--only TEXT` runs the studies whose name holds the text and prints them instead. */
const only = process.argv.includes('--only') ? process.argv.at(process.argv.indexOf('--only') + 1) : undefined;
const target = new URL('../../docs/simulation.md', import.meta.url);
const started = performance.now();

const sections: string[] = [];
const failures: Finding[] = [];
let seed = 20_000;
for (const { title, studies } of chapters) {
  const findings: Finding[] = [];
  for (const study of studies) {
    seed += 10;
    const name = `${title}: ${study.method}, ${study.metric}, ${study.adjustment}, ${study.setting}`;
    if (only !== undefined && !name.includes(only)) continue;
    const before = performance.now();
    const found = runStudy(study, 'full', seed);
    findings.push(...found);
    failures.push(...found.filter(({ verdict }) => verdict === 'fails'));
    const shares = found.map(({ share, verdict }) => `${share.toFixed(4)} ${verdict}`).join(', ');
    process.stderr.write(`${seconds(started)} s (+${seconds(before)} s) ${name}: ${shares}\n`);
  }
  if (findings.length > 0) sections.push(chapterTable(title, findings));
}

const document = [...introduction(), ...sections].join('\n');
if (only === undefined) {
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, document);
} else {
  process.stdout.write(document);
}
process.stderr.write(`${failures.length} measures outside their limits, ${seconds(started)} s in all\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function introduction(): string[] {
  return [
    '# Simulated error rates and coverage',
    '',
    'Written by `npm run simulate -w libs/statistics`; the seeds are fixed, so that the table is drawn again exactly.',
    'Each row draws experiments whose truth is known, runs the public functions of the package on their sufficient',
    'statistics and counts. The limits are Clopper-Pearson limits of the simulated share with confidence 99.9 %.',
    '',
    '- **nominal** alone: holds when nominal lies within the limits.',
    '- **at most**, **at least**: the guarantee is one-sided; holds unless the limits lie wholly on the wrong side.',
    '- **planned**: the power that the planner states; holds when the simulation is within one percentage point.',
    '- **limit**: outside the domain where the method is claimed to hold, shown so that nobody relies on it.',
    '- **wrong**: a practice known to be wrong, for contrast.',
    '',
  ];
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
