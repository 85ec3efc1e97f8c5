const COUNTRIES = ['SE', 'DE', 'US', 'IN', 'BR'];

/** Chance to buy with the ordinary checkout. */
const BASE_RATE = 0.1;

/** What the fast checkout adds to it: the true effect that the demo should find. */
const FAST_CHECKOUT_LIFT = 0.02;

/**
 * A visitor whose every inclination follows from seed and number alone, so that two runs see the same people.
 * Recommendations leave them cold: the A/A experiment has no effect to find.
 */
export function makeVisitor(seed, number) {
  const next = randomNumbers((seed * 0x9e3779b1 + number * 0x85ebca6b) >>> 0);
  const country = COUNTRIES[Math.floor(next() * COUNTRIES.length)];
  const willingness = next();
  const basket = Math.round(1000 * Math.exp(0.6 * normal(next))) / 50;
  return {
    id: `visitor-${seed}-${number}`,
    country,
    shopWith({ isFastCheckout }) {
      return willingness < BASE_RATE + (isFastCheckout ? FAST_CHECKOUT_LIFT : 0) ? basket : 0;
    },
  };
}

/** Mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1) from a 32-bit seed. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Box and Muller's transform. */
function normal(next) {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
