import type { FutilityRule, GroupSequentialDesign, GroupSequentialLook } from './group-sequential-design.js';
import { advance, isTooClose } from './resume-point.js';
import type { ResumePoint } from './resume-point.js';
import { solveBound } from './solve-bound.js';
import { spentAt } from './spending-function.js';
import { exitAt } from './sub-density.js';
import { checkDesign, checkNextLook } from './validate-group-sequential.js';

/** A running test: what was fixed, the looks so far, and the densities from which the next look is computed. */
export interface GroupSequentialState {
  readonly design: GroupSequentialDesign;
  readonly looks: readonly GroupSequentialLook[];
  /** Sub-density before the last look that can stop the test; absent before the second. Survives JSON. */
  readonly resume: ResumePoint;
}

/** A look to add. */
export interface NextLook {
  /** On the scale of the design. Where it is not above that of the last bounded look, the look spends nothing. */
  readonly information: number;
  /** `final` spends what is left of alpha although the planned information is not reached. Default `interim`. */
  readonly stage?: 'interim' | 'final';
}

const NOTHING_SPENT = { alphaSpent: 0, betaSpent: 0, stage: 'interim' } as const;

/**
 * Starts a group sequential test with Lan-DeMets spending.
 *
 * @throws StatisticsError when a field of the design is out of range.
 */
export function startGroupSequential(design: GroupSequentialDesign): GroupSequentialState {
  checkDesign(design);
  return { design, looks: [], resume: {} };
}

/**
 * Adds a look and computes its bounds; bounds of earlier looks never change. The first look at or beyond the planned
 * information spends what is left of alpha with the covariances as observed (over-running); a look after that has no
 * bound. The cost is one step of the recursion: the state may be stored as JSON and taken up later.
 *
 * Source: Lan & DeMets (1983); recursion of Armitage, McPherson & Rowe (1969); beta spending as in Pampallona,
 * Tsiatis & Kim (2001).
 *
 * Information by precision may fall, for example when a late event widens the spread: such a look has no bound and spends
 * nothing, and the test goes on at the next look with more information than any bounded look had. Marked `final` it ends
 * the test, with what was spent so far.
 *
 * @throws StatisticsError when the information is not a number above 0.
 */
export function addLook(state: GroupSequentialState, next: NextLook): GroupSequentialState {
  checkNextLook(next);
  const { design, looks } = state;
  const last = looks.at(-1);
  const { information } = next;
  if (last !== undefined && last.stage !== 'interim') {
    const look = { ...last, information, efficacy: null, futility: null, stage: 'exhausted' } as const;
    return { ...state, looks: [...looks, look] };
  }
  const resume = advance(state, information);
  const fraction = Math.min(1, information / design.plannedInformation);
  const lastBounded = looks.findLast(({ efficacy, futility }) => efficacy !== null || futility !== null);
  if (isTooClose(lastBounded, information)) {
    const stage = next.stage ?? 'interim';
    const look = { ...NOTHING_SPENT, ...last, information, fraction, efficacy: null, futility: null, stage };
    return { design, looks: [...looks, look], resume };
  }
  const stage = next.stage === 'final' || fraction === 1 ? 'final' : 'interim';
  const level = design.sides === 'two' ? design.alpha / 2 : design.alpha;
  const spentBefore = (last?.alphaSpent ?? 0) * (level / design.alpha);
  const due = spentAt(design.spending, level, stage === 'final' ? 1 : fraction) - spentBefore;
  const efficacy = due <= 0 ? null : solveBound(resume.efficacy, information, due, 0, 'above');
  const alphaSpent = efficacy === null ? (last?.alphaSpent ?? 0) : (design.alpha / level) * (spentBefore + due);
  const futility = futilityAt(design.futility, resume, { information, fraction, stage, efficacy }, last);
  const look: GroupSequentialLook = {
    information,
    fraction,
    alphaSpent,
    efficacy,
    futility: futility?.bound ?? null,
    betaSpent: futility?.spent ?? last?.betaSpent ?? 0,
    stage,
  };
  return { design, looks: [...looks, look], resume };
}

/** Computes all the bounds of a plan at once; `informations` ascend. */
export function groupSequentialBounds(
  design: GroupSequentialDesign,
  informations: readonly number[],
): readonly GroupSequentialLook[] {
  return informations.reduce((state, information) => addLook(state, { information }), startGroupSequential(design))
    .looks;
}

function futilityAt(
  rule: FutilityRule | undefined,
  resume: ResumePoint,
  look: Pick<GroupSequentialLook, 'information' | 'fraction' | 'stage' | 'efficacy'>,
  last: GroupSequentialLook | undefined,
): { readonly bound: number | null; readonly spent: number } | undefined {
  if (rule === undefined) return undefined;
  const spentBefore = last?.betaSpent ?? 0;
  const { information, efficacy } = look;
  const spentUpTo = (bound: number) =>
    spentBefore + exitAt(resume.futility, information, bound, rule.effect, 'below').probability;
  if (look.stage === 'final' && efficacy !== null) return { bound: efficacy, spent: spentUpTo(efficacy) };
  const due = spentAt(rule.spending, rule.beta, look.fraction) - spentBefore;
  if (due <= 0) return { bound: null, spent: spentBefore };
  const bound = solveBound(resume.futility, information, due, rule.effect, 'below');
  if (efficacy === null || bound < efficacy) return { bound, spent: spentBefore + due };
  return { bound: efficacy, spent: spentUpTo(efficacy) };
}
