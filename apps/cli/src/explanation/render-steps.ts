import type { Explanation } from '@sortition/evaluation';

type Step = Explanation['steps'][number];
type Rule = Extract<Step, { readonly kind: 'rule' }>;
type Condition = NonNullable<Rule['condition']>;
type Assignment = NonNullable<Rule['assignment']>;

const OUTCOMES: Readonly<Record<Rule['outcome'], string>> = {
  inactive: 'its schedule does not hold now',
  'condition-false': 'the context does not match',
  'operator-failed': 'an operator failed, so it does not match',
  'not-assigned': 'matches, but the unit gets no variant',
  passed: 'assignment recorded, on to the next rule',
  decided: 'decided',
};

/** One line a step, with the conditions and buckets that led to it below. */
export function renderSteps(steps: readonly Step[], indent: string): readonly string[] {
  return steps.flatMap((step) => renderStep(step, indent));
}

function renderStep(step: Step, indent: string): readonly string[] {
  switch (step.kind) {
    case 'flag-not-found':
      return [`${indent}There is no such flag in this environment.`];
    case 'disabled':
      return [`${indent}The flag is disabled: its off variant is served.`];
    case 'default':
      return [`${indent}No target and no rule decided: the default variant is served.`];
    case 'stopped':
      return [`${indent}Stopped: ${step.reason}.`];
    case 'prerequisite':
      return [
        `${indent}${mark(step.held)} prerequisite ${step.flag}: serves ${quote(step.served)}, needs ${step.variants.map(quote).join(' or ')}`,
        ...renderSteps(step.steps, `${indent}    `),
      ];
    case 'target':
      return [
        `${indent}${mark(step.variant !== undefined)} target by ${step.attribute} ${step.value}: ${step.variant === undefined ? 'not listed' : `gets ${quote(step.variant)}`}`,
      ];
    case 'rule':
      return renderRule(step, indent);
  }
}

function renderRule({ rule, outcome, condition, assignment }: Rule, indent: string): readonly string[] {
  return [
    `${indent}${mark(outcome === 'decided' || outcome === 'passed')} rule ${rule}: ${OUTCOMES[outcome]}`,
    ...(condition ? renderCondition(condition, `${indent}    `) : []),
    ...(assignment ? renderAssignment(assignment, `${indent}    `) : []),
  ];
}

function renderCondition(condition: Condition, indent: string): readonly string[] {
  const { kind, matched, subject, comparison, value, parts = [] } = condition;
  const what = [kind, subject, comparison].filter((text) => text !== undefined).join(' ');
  return [
    `${indent}${mark(matched === true)} ${what}${value === undefined ? '' : `, ${value === 'undefined' ? 'the context has no such attribute' : `the context has ${value}`}`}`,
    ...parts.flatMap((part) => renderCondition(part, `${indent}    `)),
  ];
}

function renderAssignment(
  { unitAttribute, unit, stages, split, sticky }: Assignment,
  indent: string,
): readonly string[] {
  return [
    `${indent}unit ${unitAttribute} = ${quote(unit)}`,
    ...stages.map(
      ({ kind, key, bucket, range, passed }) =>
        `${indent}${mark(passed)} ${kind} ${key}: bucket ${bucket ?? 'none'}${range ? ` in ${range.start} to ${range.end}` : ''}`,
    ),
    ...(split?.split ? [`${indent}${renderStage(split.split)}`] : []),
    ...(sticky ? [`${indent}stored assignment: ${quote(sticky.stored)}`] : []),
  ];
}

function renderStage({
  hashInput,
  hash,
  bucket,
  range,
}: NonNullable<NonNullable<Assignment['split']>['split']>): string {
  const hashed = hashInput === undefined ? '' : `hash of "${hashInput}" is ${hash ?? 'unknown'}, `;
  return `split: ${hashed}bucket ${bucket}${range ? ` in ${range.start} to ${range.end}` : ' in no range'}`;
}

function mark(holds: boolean): string {
  return holds ? '+' : '-';
}

function quote(text: string | undefined): string {
  return text === undefined ? 'nothing' : `"${text}"`;
}
