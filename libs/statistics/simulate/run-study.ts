import { betaQuantile } from '@sortition/statistics';

import { createRandom } from './random.js';
import type { Measure, Study } from './study.js';

/** What a study found for one of its measures. */
export interface Finding {
  readonly study: Study;
  readonly measure: Measure;
  readonly replications: number;
  readonly share: number;
  /** Clopper-Pearson limits of the share, confidence 99.9 %. */
  readonly limits: readonly [number, number];
  readonly verdict: 'holds' | 'fails' | 'not judged';
}

const LIMIT_ALPHA = 0.001;

/** Runs a study with its own seed and judges each measure. */
export function runStudy(study: Study, run: 'full' | 'short', seed: number): readonly Finding[] {
  const random = createRandom(seed);
  const hits = study.measures.map(() => 0);
  const counted = study.measures.map(() => 0);
  for (let replication = 0; replication < study.replications[run]; replication += 1) {
    for (const [index, outcome] of study.replicate(random).entries()) {
      if (outcome === null) continue;
      counted[index] = (counted[index] ?? 0) + 1;
      if (outcome) hits[index] = (hits[index] ?? 0) + 1;
    }
  }
  return study.measures.map((measure, index) => judge(study, measure, hits[index] ?? 0, counted[index] ?? 0));
}

/** Compares hits with what theory says of the measure. */
export function judge(study: Study, measure: Measure, hits: number, replications: number): Finding {
  const share = hits / replications;
  const limits = clopperPearson(hits, replications);
  return { study, measure, replications, share, limits, verdict: verdictOf(measure, share, limits) };
}

function verdictOf({ nominal, criterion }: Measure, share: number, [low, high]: readonly [number, number]) {
  switch (criterion) {
    case 'equal':
      return low <= nominal && nominal <= high ? 'holds' : 'fails';
    case 'at-most':
      return low <= nominal ? 'holds' : 'fails';
    case 'at-least':
      return high >= nominal ? 'holds' : 'fails';
    case 'one-point':
      return Math.abs(share - nominal) <= 0.01 ? 'holds' : 'fails';
    case 'near':
      return Math.abs(share - nominal) <= 0.01 || (low <= nominal && nominal <= high) ? 'holds' : 'fails';
    case 'limit':
    case 'contrast':
      return 'not judged';
  }
}

function clopperPearson(hits: number, total: number): readonly [number, number] {
  return [
    hits === 0 ? 0 : betaQuantile(LIMIT_ALPHA / 2, hits, total - hits + 1),
    hits === total ? 1 : betaQuantile(1 - LIMIT_ALPHA / 2, hits + 1, total - hits),
  ];
}
