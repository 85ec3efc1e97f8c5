import { suggestion } from '../failure/nearest-names.js';
import { quoted } from '../failure/quoted.js';
import { UsageError } from '../failure/usage-error.js';
import { AnalysisError } from './analysis-error.js';

/**
 * Reads `a=1,b=1`, or a JSON object for variants whose names hold a comma.
 *
 * @throws UsageError when it is neither, or a weight is no number above 0.
 */
export function parseWeights(text: string): ReadonlyMap<string, number> {
  const entries = text.trimStart().startsWith('{') ? entriesOfJson(text) : entriesOfList(text);
  const weights = new Map<string, number>();
  for (const [variant, weight] of entries) {
    if (!(Number.isFinite(weight) && weight > 0)) {
      throw new UsageError(`--weights: the weight of ${quoted(variant)} must be a number above 0, in ${quoted(text)}.`);
    }
    if (weights.has(variant)) throw new UsageError(`--weights: ${quoted(variant)} occurs twice in ${quoted(text)}.`);
    weights.set(variant, weight);
  }
  return weights;
}

/**
 * Returns the expected share of each variant, in the order of the variants; equal without weights.
 *
 * @throws AnalysisError when the weights name other variants than the file.
 */
export function expectedShares(
  variants: readonly string[],
  weights: ReadonlyMap<string, number> | undefined,
): readonly number[] {
  if (weights === undefined) return variants.map(() => 1 / variants.length);
  for (const variant of weights.keys()) {
    if (!variants.includes(variant)) {
      throw new AnalysisError(
        '--weights',
        `--weights: the file has no variant ${quoted(variant)}; ${suggestion(variant, variants)}`,
      );
    }
  }
  const absent = variants.find((variant) => !weights.has(variant));
  if (absent !== undefined) {
    throw new AnalysisError(
      '--weights',
      `--weights: there is no weight for variant ${quoted(absent)}; add ${quoted(`${absent}=1`)}.`,
    );
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return variants.map((variant) => (weights.get(variant) ?? 0) / total);
}

function entriesOfList(text: string): readonly (readonly [string, number])[] {
  return text.split(',').map((part) => {
    const split = part.lastIndexOf('=');
    const weight = part.slice(split + 1).trim();
    if (split < 1 || weight === '') {
      throw new UsageError(`--weights: ${quoted(part)} is not of the form variant=number, for example a=1,b=1.`);
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
    ([variant, weight]) => [variant, typeof weight === 'number' ? weight : Number.NaN] as const,
  );
}
