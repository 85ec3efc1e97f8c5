import { suggestion } from '../failure/nearest-names.js';
import { quoted } from '../failure/quoted.js';
import { UsageError } from '../failure/usage-error.js';
import { AnalysisError } from './analysis-error.js';

/**
 * Reads `a=1,b=1`, or a JSON object for arms whose names hold a comma.
 *
 * @throws UsageError when it is neither, or a weight is no number above 0.
 */
export function parseWeights(text: string): ReadonlyMap<string, number> {
  const entries = text.trimStart().startsWith('{') ? entriesOfJson(text) : entriesOfList(text);
  const weights = new Map<string, number>();
  for (const [arm, weight] of entries) {
    if (!(Number.isFinite(weight) && weight > 0)) {
      throw new UsageError(`--weights: the weight of ${quoted(arm)} must be a number above 0, in ${quoted(text)}.`);
    }
    if (weights.has(arm)) throw new UsageError(`--weights: ${quoted(arm)} occurs twice in ${quoted(text)}.`);
    weights.set(arm, weight);
  }
  return weights;
}

/**
 * Returns the expected share of each arm, in the order of the arms; equal without weights.
 *
 * @throws AnalysisError when the weights name other arms than the file.
 */
export function expectedShares(
  arms: readonly string[],
  weights: ReadonlyMap<string, number> | undefined,
): readonly number[] {
  if (weights === undefined) return arms.map(() => 1 / arms.length);
  for (const arm of weights.keys()) {
    if (!arms.includes(arm)) {
      throw new AnalysisError('--weights', `--weights: the file has no arm ${quoted(arm)}; ${suggestion(arm, arms)}`);
    }
  }
  const absent = arms.find((arm) => !weights.has(arm));
  if (absent !== undefined) {
    throw new AnalysisError(
      '--weights',
      `--weights: there is no weight for arm ${quoted(absent)}; add ${quoted(`${absent}=1`)}.`,
    );
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return arms.map((arm) => (weights.get(arm) ?? 0) / total);
}

function entriesOfList(text: string): readonly (readonly [string, number])[] {
  return text.split(',').map((part) => {
    const split = part.lastIndexOf('=');
    const weight = part.slice(split + 1).trim();
    if (split < 1 || weight === '') {
      throw new UsageError(`--weights: ${quoted(part)} is not of the form arm=number, for example a=1,b=1.`);
    }
    return [part.slice(0, split).trim(), Number(weight)] as const;
  });
}

function entriesOfJson(text: string): readonly (readonly [string, number])[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`--weights: ${quoted(text)} is not a JSON object.`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UsageError(`--weights: ${quoted(text)} is not a JSON object.`);
  }
  return Object.entries(parsed).map(
    ([arm, weight]) => [arm, typeof weight === 'number' ? weight : Number.NaN] as const,
  );
}
