import { BUCKET_COUNT } from '../bucketing/index.js';
import type { Rule, Schedule, Serve, ServeExperiment, Sticky } from '../model/index.js';
import { present, textOf, type Fields } from './fields.js';
import { parseCondition } from './parse-condition.js';
import { parseBucketRanges, parseSplit, variantOf } from './parse-split.js';
import type { Problems } from './problems.js';

/** Reads a rule; `variants` are the keys that it may serve. */
export function parseRule(fields: Fields | undefined, variants: ReadonlySet<string>): Rule | undefined {
  if (fields === undefined) return undefined;
  fields.only('key', 'condition', 'schedule', 'serve', 'fallThrough');
  const key = fields.key('key');
  const serve = parseServe(fields.nested('serve'), variants);
  const rule = present<Rule>({
    key,
    condition: fields.has('condition') ? parseCondition(fields.nested('condition')) : undefined,
    schedule: fields.has('schedule') ? parseSchedule(fields.nested('schedule')) : undefined,
    serve,
    fallThrough: fields.optionalBoolean('fallThrough'),
  });
  if (rule.fallThrough === true && serve?.kind === 'callerDefault') {
    fields.problems.note(fields.at('fallThrough'), 'must not be true on a rule that stops with the caller default');
  }
  return key === undefined || serve === undefined ? undefined : rule;
}

function parseSchedule(fields: Fields | undefined): Schedule | undefined {
  if (fields === undefined) return undefined;
  fields.only('startsAt', 'endsAt');
  const startsAt = fields.optionalInteger('startsAt', 0);
  const endsAt = fields.optionalInteger('endsAt', 0);
  if (startsAt !== undefined && endsAt !== undefined && startsAt >= endsAt) {
    fields.problems.note(fields.at('endsAt'), `must be after startsAt ${startsAt}, got ${endsAt}`);
  }
  return present<Schedule>({ startsAt, endsAt });
}

function parseServe(fields: Fields | undefined, variants: ReadonlySet<string>): Serve | undefined {
  const kind = fields?.oneOf('kind', ['variant', 'callerDefault', 'split', 'rollout', 'experiment']);
  if (fields === undefined || kind === undefined) return undefined;
  switch (kind) {
    case 'variant':
      return present<Serve>({ kind, variant: variantOf(fields.only('kind', 'variant'), 'variant', variants) });
    case 'callerDefault':
      fields.only('kind');
      return { kind };
    case 'split':
      return present<Serve>({ kind, split: parseSplit(fields.only('kind', 'split'), variants) });
    case 'rollout':
      fields.only('kind', 'variant', 'share', 'salt', 'unit');
      return present<Serve>({
        kind,
        variant: variantOf(fields, 'variant', variants),
        share: fields.integer('share', 0, BUCKET_COUNT),
        salt: fields.salt('salt'),
        unit: fields.optionalKey('unit'),
      });
    case 'experiment':
      return parseExperiment(fields, variants);
  }
}

function parseExperiment(fields: Fields, variants: ReadonlySet<string>): ServeExperiment {
  fields.only('kind', 'experiment', 'phase', 'unit', 'holdouts', 'layer', 'ranges', 'split', 'sticky');
  const split = parseSplit(fields, variants);
  const layer = fields.optionalReference('layer', 'layer');
  if ((layer === undefined) === fields.has('ranges')) {
    fields.problems.note(
      fields.at('ranges'),
      layer === undefined ? 'needs a layer' : 'is missing; needed with a layer',
    );
  }
  const experiment = present<ServeExperiment>({
    kind: 'experiment',
    experiment: fields.key('experiment'),
    phase: fields.integer('phase', 1),
    unit: fields.optionalKey('unit'),
    holdouts: fields.optionalList('holdouts', (value, path) => parseHoldoutKey(value, path, fields.problems)),
    layer,
    ranges: fields.has('ranges') ? parseBucketRanges(fields, 'ranges') : undefined,
    split,
    sticky: fields.has('sticky') ? parseSticky(fields.nested('sticky')) : undefined,
  });
  const { unit } = experiment;
  if (unit !== undefined && split?.unit !== undefined && split.unit !== unit) {
    fields.problems.add(fields.at('split.unit'), `must be the experiment's unit "${unit}"`, split.unit);
  }
  return experiment;
}

function parseHoldoutKey(value: unknown, path: string, problems: Problems): string | undefined {
  const key = textOf(value, path, problems);
  if (key !== undefined) problems.references.push({ kind: 'holdout', key, path });
  return key;
}

function parseSticky(fields: Fields | undefined): Sticky | undefined {
  if (fields === undefined) return undefined;
  fields.only('materialization', 'intakePaused', 'ignoreCondition');
  return present<Sticky>({
    materialization: fields.key('materialization'),
    intakePaused: fields.optionalBoolean('intakePaused'),
    ignoreCondition: fields.optionalBoolean('ignoreCondition'),
  });
}
