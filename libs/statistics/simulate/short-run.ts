import { judge, runStudy } from './run-study.js';
import type { Finding } from './run-study.js';
import { chapters } from './studies/index.js';
import type { Measure, Study } from './study.js';

const seeds = new Map(chapters.flatMap(({ studies }) => studies).map((study, index) => [study, 5010 + 10 * index]));
const known = new Map<Study, readonly Finding[]>();

/** Fixed seeds, fewer experiments; limits with confidence 99.9 %, so that a right method passes. */
export function shortRun(study: Study): readonly Finding[] {
  const before = known.get(study);
  if (before !== undefined) return before;
  const findings = runStudy(study, 'short', seeds.get(study) ?? 1);
  known.set(study, findings);
  return findings;
}

/** Adds up the studies that measure the same at the same nominal: each is short, together they see small errors. */
export function pool(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const name = nameOf(finding.measure);
    groups.set(name, [...(groups.get(name) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const replications = group.reduce((total, finding) => total + finding.replications, 0);
    const hits = group.reduce((total, finding) => total + Math.round(finding.share * finding.replications), 0);
    return [judge(first.study, first.measure, hits, replications)];
  });
}

/** What fails, in words; nothing when all holds. */
export function failuresIn(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ verdict }) => verdict === 'fails')
    .map(
      ({ measure, share, limits }) =>
        `${nameOf(measure)} ${share} in ${limits[0]} to ${limits[1]}, nominal ${measure.nominal}`,
    );
}

function nameOf({ method, name }: Measure): string {
  return method === undefined ? name : `${method}: ${name}`;
}
