import type { BucketRange } from '../model/index.js';
import { cutAtMultiples, joined, type BucketRanges } from './bucket-ranges.js';
import { SeededDraws } from './seeded-draws.js';

/**
 * Buckets are picked in slots of 10,000 (1 % of the layer), so that half a layer is at most 50 ranges instead of
 * 250,000. Which users share a slot is as good as random: the layer's hash decides it.
 */
export const SLOT_SIZE = 10_000;

/**
 * Picks `count` buckets out of `available` at random: whole free slots first, then pieces of slots. What is left below
 * one slot comes from the smallest piece that holds it, so that at most one slot is broken per choice. Needs
 * `available` to hold `count` buckets.
 */
export function chooseBuckets(available: BucketRanges, count: number, seed: string): BucketRanges {
  const draws = new SeededDraws(seed);
  const pieces = cutAtMultiples(available, SLOT_SIZE);
  const wholeSlots = draws.shuffled(pieces.filter((piece) => lengthOf(piece) === SLOT_SIZE));
  const takenSlots = wholeSlots.slice(0, Math.floor(count / SLOT_SIZE));
  const rest = draws.shuffled([
    ...pieces.filter((piece) => lengthOf(piece) < SLOT_SIZE),
    ...wholeSlots.slice(takenSlots.length),
  ]);
  return joined([...takenSlots, ...takeFrom(rest, count - takenSlots.length * SLOT_SIZE)]);
}

function takeFrom(pieces: readonly BucketRange[], count: number): readonly BucketRange[] {
  const taken: BucketRange[] = [];
  const left = [...pieces];
  let missing = count;
  while (missing > 0) {
    const index = bestPiece(left, missing);
    const [piece] = left.splice(index, 1);
    if (piece === undefined) break;
    const end = Math.min(piece.end, piece.start + missing);
    taken.push({ start: piece.start, end });
    missing -= end - piece.start;
  }
  return taken;
}

/** The smallest piece that holds all that is missing, else the first. */
function bestPiece(pieces: readonly BucketRange[], missing: number): number {
  let best = -1;
  pieces.forEach((piece, index) => {
    const current = pieces[best];
    const isEnough = lengthOf(piece) >= missing;
    if (isEnough && (current === undefined || lengthOf(piece) < lengthOf(current))) best = index;
  });
  return Math.max(best, 0);
}

function lengthOf({ start, end }: BucketRange): number {
  return end - start;
}
