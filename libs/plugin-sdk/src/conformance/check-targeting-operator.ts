import { failureMessage } from '../failure-message.js';
import type { OperatorExample, TargetingOperator } from '../targeting-operator.js';
import { hostileContexts } from './hostile-contexts.js';

/** One thing that every targeting operator must do, and whether this one does. */
export interface ConformanceCheck {
  /** The rule, as a sentence. */
  readonly rule: string;
  /** What went against it. Undefined: the operator keeps it. */
  readonly problem?: string;
}

/** How often each example is decided, so that chance shows. */
const REPETITIONS = 20;

/** Checks an operator by its examples and by contexts that no application should send and some do. */
export function checkTargetingOperator(operator: TargetingOperator): readonly ConformanceCheck[] {
  const { examples = [] } = operator;
  return [
    check('has a name of a namespace and a word, such as acme.officeHours', () => {
      if (!/^[a-zA-Z][\w-]*(\.[a-zA-Z][\w-]*)+$/.test(operator.name)) return `its name is "${operator.name}"`;
      return undefined;
    }),
    check('has an example that matches and one that does not', () => {
      const outcomes = new Set(examples.map(({ matches }) => matches));
      return outcomes.size === 2 ? undefined : `it has ${examples.length} examples, of one outcome at most`;
    }),
    check('decides its examples as they say', () => firstProblem(examples, (each) => decidedWrongly(operator, each))),
    check('decides the same each time', () => firstProblem(examples, (each) => changesItsMind(operator, each))),
    check('changes neither arguments nor context', () => firstProblem(examples, (each) => writes(operator, each))),
    check('gives true or false for a context with missing attributes and values of any type', () =>
      firstProblem(examples, (each) => failsOnHostile(operator, each)),
    ),
    check('refuses arguments that are nothing', () => {
      try {
        operator.parse(undefined);
      } catch (error) {
        return error instanceof Error && error.message !== '' ? undefined : 'parse(undefined) throws without a message';
      }
      return acceptsNothing(operator) ? undefined : 'parse(undefined) passes, and matches(…) of it then throws';
    }),
  ];
}

function check(rule: string, problemOf: () => string | undefined): ConformanceCheck {
  try {
    const problem = problemOf();
    return problem === undefined ? { rule } : { rule, problem };
  } catch (error) {
    return { rule, problem: `it throws: ${failureMessage(error)}` };
  }
}

function firstProblem(
  examples: readonly OperatorExample[],
  problemOf: (example: OperatorExample) => string | undefined,
): string | undefined {
  for (const [index, example] of examples.entries()) {
    const problem = problemOf(example);
    if (problem !== undefined) return `example ${index + 1}: ${problem}`;
  }
  return undefined;
}

function decidedWrongly(
  operator: TargetingOperator,
  { arguments: given, context, matches }: OperatorExample,
): string | undefined {
  const decided: unknown = operator.matches(operator.parse(given), context);
  return decided === matches ? undefined : `it says ${matches} and the operator ${String(decided)}`;
}

function changesItsMind(
  operator: TargetingOperator,
  { arguments: given, context }: OperatorExample,
): string | undefined {
  const parsed = operator.parse(given);
  const first = operator.matches(parsed, context);
  for (let time = 1; time < REPETITIONS; time += 1) {
    const isSame = operator.matches(time % 2 === 0 ? parsed : operator.parse(given), context) === first;
    if (!isSame) return 'it was decided both ways; operators read no clock, no chance and nothing that changes';
  }
  return undefined;
}

function writes(operator: TargetingOperator, { arguments: given, context }: OperatorExample): string | undefined {
  try {
    operator.matches(operator.parse(frozen(given)), frozen(context));
    return undefined;
  } catch (error) {
    return `it throws when they are frozen: ${failureMessage(error)}`;
  }
}

function failsOnHostile(
  operator: TargetingOperator,
  { arguments: given, context }: OperatorExample,
): string | undefined {
  const parsed = operator.parse(given);
  for (const hostile of hostileContexts(context)) {
    let decided: unknown;
    try {
      decided = operator.matches(parsed, hostile);
    } catch (error) {
      return `it throws for ${shown(hostile)}: ${failureMessage(error)}`;
    }
    if (typeof decided !== 'boolean') return `it gives ${String(decided)} for ${shown(hostile)}`;
  }
  return undefined;
}

function acceptsNothing(operator: TargetingOperator): boolean {
  try {
    operator.matches(operator.parse(undefined), {});
    return true;
  } catch {
    return false;
  }
}

/** A copy whose objects cannot be changed. */
function frozen<T>(value: T): T {
  const freeze = (each: unknown): void => {
    if (typeof each !== 'object' || each === null) return;
    Object.values(each).forEach(freeze);
    Object.freeze(each);
  };
  const copy = structuredClone(value);
  freeze(copy);
  return copy;
}

function shown(context: object): string {
  const text = JSON.stringify(context, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
