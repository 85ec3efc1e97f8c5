import { compileCondition, type ConditionScope } from '../conditions/compile-condition.js';
import { OperatorFailure } from '../conditions/operator.js';
import type { Condition } from '../model/index.js';
import { quote } from '../parse/quote.js';
import type { ExplainedCondition } from './explanation.js';

/** From the key of a segment to its condition. */
export type SegmentSource = (key: string) => Condition | undefined;

/** Explains a condition with the tests of the evaluation itself, part by part and no further than it looks. */
export function explainCondition(
  condition: Condition,
  context: object,
  scope: ConditionScope,
  segmentOf: SegmentSource,
): ExplainedCondition {
  const explain = (part: Condition): ExplainedCondition => explainCondition(part, context, scope, segmentOf);
  if ('list' in condition) {
    const { list, attribute = 'targetingKey' } = condition;
    const value = quote(scope.reader(attribute)(context));
    return { kind: 'list', ...tested(condition, context, scope), subject: list, comparison: attribute, value };
  }
  if ('attribute' in condition) {
    const { attribute, ...comparison } = condition;
    const value = quote(scope.reader(attribute)(context));
    const shown = JSON.stringify(comparison);
    return { kind: 'attribute', ...tested(condition, context, scope), subject: attribute, comparison: shown, value };
  }
  if ('all' in condition) return explainGroup('all', condition.all, explain);
  if ('any' in condition) return explainGroup('any', condition.any, explain);
  if ('not' in condition) {
    const part = explain(condition.not);
    return { kind: 'not', matched: part.matched === undefined ? undefined : !part.matched, parts: [part] };
  }
  if ('segment' in condition) {
    const source = segmentOf(condition.segment);
    const part = source && explain(source);
    return {
      kind: 'segment',
      matched: part ? part.matched : false,
      subject: condition.segment,
      parts: part ? [part] : [],
    };
  }
  const comparison = JSON.stringify(condition.arguments ?? null);
  return { kind: 'operator', ...tested(condition, context, scope), subject: condition.operator, comparison };
}

function explainGroup(
  kind: 'all' | 'any',
  conditions: readonly Condition[],
  explain: (part: Condition) => ExplainedCondition,
): ExplainedCondition {
  const parts: ExplainedCondition[] = [];
  for (const condition of conditions) {
    const part = explain(condition);
    parts.push(part);
    if (part.matched !== (kind === 'all')) return { kind, matched: part.matched, parts };
  }
  return { kind, matched: kind === 'all', parts };
}

function tested(
  condition: Condition,
  context: object,
  scope: ConditionScope,
): { readonly matched: boolean | undefined } {
  try {
    return { matched: compileCondition(condition, scope)(context) };
  } catch (error) {
    if (error instanceof OperatorFailure) return { matched: undefined };
    throw error;
  }
}
