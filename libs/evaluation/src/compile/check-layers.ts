import type { BucketRange } from '../model/index.js';
import type { Problems } from '../parse/problems.js';
import type { Plan } from './changes.js';

interface Occupied extends BucketRange {
  readonly experiment: string;
}

/** Notes every layer in which two experiments occupy the same bucket. */
export function checkLayers({ flags, references }: Plan, problems: Problems): void {
  const layers = new Map<string, Occupied[]>();
  for (const [key, ids] of references.flag) {
    if (!ids.some(({ kind }) => kind === 'layer')) continue;
    for (const { serve } of flags.get(key)?.source.rules ?? []) {
      if (serve.kind !== 'experiment' || serve.layer === undefined) continue;
      const occupied = layers.get(serve.layer) ?? [];
      layers.set(serve.layer, occupied);
      for (const { start, end } of serve.ranges ?? []) occupied.push({ start, end, experiment: serve.experiment });
    }
  }
  for (const [layer, occupied] of layers) noteOverlaps(layer, occupied, problems);
}

function noteOverlaps(layer: string, occupied: Occupied[], problems: Problems): void {
  const seen = new Set<string>();
  let widest: Occupied | undefined;
  for (const range of occupied.sort((a, b) => a.start - b.start)) {
    if (widest !== undefined && range.start < widest.end && range.experiment !== widest.experiment) {
      const pair = [widest.experiment, range.experiment].sort().join('" and "');
      if (!seen.has(pair)) {
        const buckets = `[${range.start}, ${Math.min(range.end, widest.end)})`;
        problems.note('layers', `experiments "${pair}" must not both occupy buckets ${buckets} of layer "${layer}"`);
      }
      seen.add(pair);
    }
    if (widest === undefined || range.end > widest.end) widest = range;
  }
}
