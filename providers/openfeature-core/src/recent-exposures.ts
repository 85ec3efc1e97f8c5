import type { Exposure } from './exposure.js';

/** What exposures say beside their unit, with the units that they say it of. */
interface Place extends Omit<Exposure, 'flag' | 'unit'> {
  readonly units: Set<string>;
}

/**
 * Remembers the exposures that were used last, within a bound, in two generations: when the young one is full, it becomes
 * the old one and the old one is forgotten. Asking for a young exposure changes nothing and builds nothing: every read of
 * an experiment's flag asks.
 */
export class RecentExposures {
  #young = new Map<string, Place[]>();
  #old: ReadonlyMap<string, readonly Place[]> = new Map();
  /** Units in the young generation, each counted once for every place. */
  #size = 0;

  /** @param capacity exposures remembered at most; at least half as many are always remembered. */
  constructor(private readonly capacity: number) {}

  /** Whether an exposure that says the same is remembered; it then counts as used now. */
  has(exposure: Exposure): boolean {
    if (isIn(this.#young, exposure)) return true;
    if (!isIn(this.#old, exposure)) return false;
    this.add(exposure);
    return true;
  }

  /** Remembers an exposure that is not remembered yet. */
  add(exposure: Exposure): void {
    const { flag, unit, ...said } = exposure;
    let place = placeOf(this.#young, exposure);
    if (!place) {
      place = { ...said, units: new Set() };
      const places = this.#young.get(flag);
      if (places) places.push(place);
      else this.#young.set(flag, [place]);
    }
    place.units.add(unit);
    this.#size += 1;
    if (this.#size * 2 < this.capacity) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#size = 0;
  }
}

function isIn(generation: ReadonlyMap<string, readonly Place[]>, exposure: Exposure): boolean {
  return placeOf(generation, exposure)?.units.has(exposure.unit) ?? false;
}

function placeOf(generation: ReadonlyMap<string, readonly Place[]>, exposure: Exposure): Place | undefined {
  return generation
    .get(exposure.flag)
    ?.find(
      (place) =>
        place.variant === exposure.variant &&
        place.rule === exposure.rule &&
        place.experiment === exposure.experiment &&
        place.phase === exposure.phase &&
        place.unitAttribute === exposure.unitAttribute,
    );
}
