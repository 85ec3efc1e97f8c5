import { metrics } from '@opentelemetry/api';
import type { CompileOptions } from '@sortition/evaluation';
import { standardOperators } from '@sortition/evaluation/operators';
import type { PluginHost } from '@sortition/plugin-host';

/** Injection token of the operators of the process, as `CompileOptions`: what checks a rule, decides it and explains it. */
export const OPERATOR_CATALOG = Symbol('OperatorCatalog');

/** The operators of the flag model and those of plugins. A failure of the latter is counted. */
export function operatorCatalog({ targetingOperators }: Pick<PluginHost, 'targetingOperators'>): CompileOptions {
  const failures = metrics.getMeter('sortition').createCounter('sortition.plugin.operator_failures', {
    description: 'Evaluations in which an operator of a plugin threw, so that its rule did not match.',
  });
  return {
    operators: [...standardOperators, ...targetingOperators],
    onOperatorFailure: (operator) => {
      failures.add(1, { operator });
    },
  };
}
