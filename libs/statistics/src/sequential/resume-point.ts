import { continuationRegion, isBounded, SMALLEST_GAIN } from './exit-probabilities.js';
import type { LookBounds } from './exit-probabilities.js';
import type { GroupSequentialDesign, GroupSequentialLook } from './group-sequential-design.js';
import { subDensityAt } from './sub-density.js';
import type { SubDensity } from './sub-density.js';

/** The recursion up to the last but one bounded look, with and without futility when that is not binding. */
export interface ResumePoint {
  readonly efficacy?: SubDensity;
  readonly futility?: SubDensity;
}

interface RunningTest {
  readonly design: GroupSequentialDesign;
  readonly looks: readonly GroupSequentialLook[];
  readonly resume: ResumePoint;
}

/** Carries the densities over the last look that can stop the test, now that the spacing to the next is known. */
export function advance({ design, looks, resume }: RunningTest, nextInformation: number): ResumePoint {
  const carry = (previous: SubDensity | undefined, boundsOf: (look: GroupSequentialLook) => StopBounds) => {
    const last = looks.findLast((look) => isBounded(boundsOf(look)));
    const isDone =
      last === undefined || last.information === previous?.information || isTooClose(last, nextInformation);
    if (isDone) return previous;
    return subDensityAt(previous, last.information, continuationRegion(boundsOf(last)), nextInformation);
  };
  const rule = design.futility;
  if (rule === undefined) {
    const boundsOf = design.sides === 'two' ? twoSidedBounds : efficacyOnly;
    return compact(carry(resume.efficacy, boundsOf), undefined);
  }
  const futility = carry(resume.futility, bothBounds);
  return compact(rule.binding === 'binding' ? futility : carry(resume.efficacy, efficacyOnly), futility);
}

type StopBounds = Pick<LookBounds, 'lower' | 'upper'>;

const efficacyOnly = ({ efficacy }: GroupSequentialLook): StopBounds => ({ lower: null, upper: efficacy });
const bothBounds = ({ efficacy, futility }: GroupSequentialLook): StopBounds => ({ lower: futility, upper: efficacy });
const twoSidedBounds = ({ efficacy }: GroupSequentialLook): StopBounds => ({
  lower: efficacy === null ? null : -efficacy,
  upper: efficacy,
});

/** Whether a look so soon after the last one that could stop the test is to carry no bounds. */
export function isTooClose(last: GroupSequentialLook | undefined, information: number): boolean {
  return last !== undefined && information < last.information * (1 + SMALLEST_GAIN);
}

function compact(efficacy: SubDensity | undefined, futility: SubDensity | undefined): ResumePoint {
  return { ...(efficacy === undefined ? {} : { efficacy }), ...(futility === undefined ? {} : { futility }) };
}
