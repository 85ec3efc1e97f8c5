import { resolve } from 'node:path';

import { systemClock } from '@sortition/kernel';
import { inspectPlugin } from '@sortition/plugin-host';
import type { TargetingOperator } from '@sortition/plugin-sdk';
import { checkTargetingOperator, type ConformanceCheck } from '@sortition/plugin-sdk/conformance';

/** What a plugin adds and how it keeps the rules of its kinds. */
export interface PluginReport {
  readonly name: string;
  readonly version: string;
  readonly operators: readonly OperatorReport[];
  readonly warehouseSchemes: readonly string[];
}

export interface OperatorReport {
  readonly name: string;
  readonly checks: readonly ConformanceCheck[];
  /** Mean time of a decision over its examples, in nanoseconds. Undefined: it has none. */
  readonly decisionNanos: number | undefined;
}

/** How many decisions the time is taken of. */
const DECISIONS = 200_000;

/**
 * Opens a plugin as a platform would, checks what it adds and closes it.
 *
 * @param place path of the plugin's folder or module.
 * @throws DomainError INVALID_STATE when a platform would not open it.
 */
export async function testPlugin(
  place: string,
  configuration: unknown,
  { logger, variables }: Pick<Parameters<typeof inspectPlugin>[0], 'logger' | 'variables'>,
): Promise<PluginReport> {
  const { plugin, parts } = await inspectPlugin({
    use: resolve(place),
    from: resolve('plugins.json'),
    configuration,
    clock: systemClock,
    variables,
    logger,
  });
  try {
    const { targetingOperators = [], warehouses = [] } = parts;
    return {
      name: plugin.name,
      version: plugin.version,
      operators: targetingOperators.map((operator) => ({
        name: operator.name,
        checks: checkTargetingOperator(operator),
        decisionNanos: decisionNanos(operator),
      })),
      warehouseSchemes: warehouses.flatMap(({ schemes }) => schemes),
    };
  } finally {
    await parts.close?.();
  }
}

function decisionNanos(operator: TargetingOperator): number | undefined {
  try {
    const cases = (operator.examples ?? []).map((each) => ({
      args: operator.parse(each.arguments),
      context: each.context,
    }));
    if (cases.length === 0) return undefined;
    const rounds = Math.ceil(DECISIONS / cases.length);
    let startedMs = performance.now();
    // The first half warms up.
    for (let round = 0; round < rounds; round += 1) {
      if (round === rounds >> 1) startedMs = performance.now();
      for (const { args, context } of cases) operator.matches(args, context);
    }
    const timed = (rounds - (rounds >> 1)) * cases.length;
    return ((performance.now() - startedMs) * 1e6) / timed;
  } catch {
    // The checks say what is wrong.
    return undefined;
  }
}
