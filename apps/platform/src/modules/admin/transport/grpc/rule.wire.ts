import type { Condition, Schedule } from '@sortition/evaluation';
import type { typesFlag } from '@sortition/contracts';
import { type ConfiguredRule, type ConfiguredServe, invalidArgument } from '@sortition/declaration';

import { splitMessage, splitOf } from './split.wire.js';

/** Reads a rule. What it says is validated with the whole configuration. */
export function ruleOf(
  { key, condition, schedule, fallThrough, serve }: typesFlag.Rule,
  field: string,
): ConfiguredRule {
  return {
    key,
    ...(condition !== undefined && { condition: condition as unknown as Condition }),
    ...(schedule !== undefined && { schedule: scheduleOf(schedule) }),
    ...(fallThrough && { fallThrough }),
    serve: serveOf(serve, field),
  };
}

export function ruleMessage({ key, condition, schedule, fallThrough = false, serve }: ConfiguredRule): typesFlag.Rule {
  return {
    key,
    condition: condition,
    schedule: schedule && {
      startTime: dateOf(schedule.startsAt),
      endTime: dateOf(schedule.endsAt),
    },
    fallThrough,
    serve: serveMessage(serve),
  };
}

function scheduleOf({ startTime, endTime }: typesFlag.Schedule): Schedule {
  return {
    ...(startTime && { startsAt: startTime.getTime() }),
    ...(endTime && { endsAt: endTime.getTime() }),
  };
}

function serveOf(serve: typesFlag.Rule['serve'], field: string): ConfiguredServe {
  switch (serve?.$case) {
    case 'variant':
      return { kind: 'variant', variant: serve.value };
    case 'callerDefault':
      return { kind: 'callerDefault' };
    case 'split':
      return { kind: 'split', split: splitOf(serve.value) };
    case 'rollout': {
      const { variant, share, salt, unit } = serve.value;
      return { kind: 'rollout', variant, share, salt, ...(unit !== '' && { unit }) };
    }
    case 'experiment':
      return { kind: 'experiment', experiment: serve.value };
    case undefined:
      throw invalidArgument(
        `${field}.serve`,
        serve,
        'must say what the rule serves: variant, caller_default, split, rollout or experiment',
      );
  }
}

function serveMessage(serve: ConfiguredServe): typesFlag.Rule['serve'] {
  switch (serve.kind) {
    case 'variant':
      return { $case: 'variant', value: serve.variant };
    case 'callerDefault':
      return { $case: 'callerDefault', value: {} };
    case 'split':
      return { $case: 'split', value: splitMessage(serve.split) };
    case 'rollout': {
      const { variant, share, salt, unit = '' } = serve;
      return { $case: 'rollout', value: { variant, share, salt, unit } };
    }
    case 'experiment':
      return { $case: 'experiment', value: serve.experiment };
  }
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
