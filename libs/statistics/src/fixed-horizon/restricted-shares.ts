/** Units and events of two arms. */
export interface EventCounts {
  readonly controlUnits: number;
  readonly controlEvents: number;
  readonly treatmentUnits: number;
  readonly treatmentEvents: number;
}

/** The shares of two arms. */
export interface Shares {
  readonly control: number;
  readonly treatment: number;
}

/**
 * The maximum likelihood estimates of two shares whose difference, treatment less control, is `difference`. The
 * logarithm of the likelihood is concave in the share of control, so its slope has one root, found here by Newton's
 * method within a bracket; the closed form of Farrington & Manning (Statistics in Medicine 1990) loses half of the
 * digits for rare events.
 *
 * @param difference in [-1, 1].
 */
export function sharesWithDifference(counts: EventCounts, difference: number): Shares {
  let [low, high] = [Math.max(0, -difference), Math.min(1, 1 - difference)];
  const slope = (share: number): number => slopeAt(share, share + difference, counts);
  if (low >= high || slope(low) <= 0) return withinUnit(low, low + difference);
  if (slope(high) >= 0) return withinUnit(high, high + difference);
  const { controlUnits, controlEvents, treatmentUnits, treatmentEvents } = counts;
  const pooled = (controlEvents + treatmentEvents - treatmentUnits * difference) / (controlUnits + treatmentUnits);
  let share = pooled > low && pooled < high ? pooled : (low + high) / 2;
  for (let iteration = 0; iteration < 200; iteration += 1) {
    const value = slope(share);
    if (value > 0) low = share;
    else high = share;
    const step = value / curvatureAt(share, share + difference, counts);
    if (step <= 1e-15 * share && step >= -1e-15 * share) break;
    const isInside = share + step > low && share + step < high;
    share = isInside ? share + step : (low + high) / 2;
  }
  return withinUnit(share, share + difference);
}

/**
 * The maximum likelihood estimates of two shares whose ratio, treatment over control, is `ratio`: a root of a quadratic
 * (Koopman, Biometrics 1984; Miettinen & Nurminen, Statistics in Medicine 1985).
 *
 * @param ratio above 0.
 */
export function sharesWithRatio(counts: EventCounts, ratio: number): Shares {
  const { controlUnits, controlEvents, treatmentUnits, treatmentEvents } = counts;
  const units = controlUnits + treatmentUnits;
  const events = controlEvents + treatmentEvents;
  const linear = controlUnits + treatmentEvents + ratio * (treatmentUnits + controlEvents);
  const root = Math.sqrt(Math.max(0, linear * linear - 4 * units * ratio * events));
  const control = (2 * events) / (linear + root);
  return withinUnit(control, ratio * control);
}

/** Derivative of the logarithm of the likelihood. */
function slopeAt(control: number, treatment: number, counts: EventCounts): number {
  const { controlUnits, controlEvents, treatmentUnits, treatmentEvents } = counts;
  return (
    over(controlEvents, control) -
    over(controlUnits - controlEvents, 1 - control) +
    over(treatmentEvents, treatment) -
    over(treatmentUnits - treatmentEvents, 1 - treatment)
  );
}

/** The second derivative with its sign turned: above 0. */
function curvatureAt(control: number, treatment: number, counts: EventCounts): number {
  const { controlUnits, controlEvents, treatmentUnits, treatmentEvents } = counts;
  return (
    over(over(controlEvents, control), control) +
    over(over(controlUnits - controlEvents, 1 - control), 1 - control) +
    over(over(treatmentEvents, treatment), treatment) +
    over(over(treatmentUnits - treatmentEvents, 1 - treatment), 1 - treatment)
  );
}

/** Nothing for no units, whatever the share; a share of 0 that has units is infinitely unlikely. */
function over(count: number, share: number): number {
  if (count === 0) return 0;
  return share > 0 ? count / share : Infinity;
}

function withinUnit(control: number, treatment: number): Shares {
  return { control: Math.min(1, Math.max(0, control)), treatment: Math.min(1, Math.max(0, treatment)) };
}
