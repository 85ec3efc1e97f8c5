import { instantOfTimestamp, type JsonObject } from '@sortition/kernel';

import type { SubmittedEvent } from '../../application/publish-events.js';
import type { ExposureDraft, PayloadDraft, TrackedDraft } from '../../domain/event-draft.js';
import { EventRejection, quoted } from '../../domain/event-rejection.js';

type JsonFields = Readonly<Record<string, unknown>>;

/** Carries a rejection out of the reading of nested fields; never leaves this file. */
class UnreadableField extends Error {
  constructor(readonly rejection: EventRejection) {
    super(rejection.message);
  }
}

/** Reads the JSON form of an event; a field of the wrong type refuses it. */
export function readEvent(value: unknown): SubmittedEvent {
  if (!isFields(value)) return { id: '', rejection: wrongType('event', value, 'an object') };
  const id = typeof value['id'] === 'string' ? value['id'] : '';
  try {
    const time = readTime('time', value['time']);
    if (time instanceof EventRejection) return { id, rejection: time };
    return { id: text(value, 'id', 'id'), time, payload: payloadOf(value) };
  } catch (error) {
    if (error instanceof UnreadableField) return { id, rejection: error.rejection };
    throw error;
  }
}

/** Reads an RFC 3339 time; undefined when it is absent. */
export function readTime(field: string, value: unknown): Date | undefined | EventRejection {
  if (value === undefined || value === null) return undefined;
  const instant = typeof value === 'string' ? instantOfTimestamp(value) : Number.NaN;
  if (Number.isFinite(instant)) return new Date(instant);
  return wrongType(field, value, 'a time like "2026-01-31T12:00:00.000Z"');
}

function payloadOf(event: JsonFields): PayloadDraft | undefined {
  const { exposure, tracked } = event;
  const hasExposure = exposure !== undefined && exposure !== null;
  const hasTracked = tracked !== undefined && tracked !== null;
  if (hasExposure && hasTracked) {
    const both = new EventRejection('INVALID_ARGUMENT', 'payload', 'has both "exposure" and "tracked"; set one');
    throw new UnreadableField(both);
  }
  if (hasExposure) return { kind: 'exposure', exposure: exposureOf(fields('exposure', exposure)) };
  if (hasTracked) return { kind: 'tracked', tracked: trackedOf(fields('tracked', tracked)) };
  return undefined;
}

function exposureOf(exposure: JsonFields): ExposureDraft {
  return {
    flag: text(exposure, 'flag', 'exposure.flag'),
    variant: text(exposure, 'variant', 'exposure.variant'),
    rule: text(exposure, 'rule', 'exposure.rule'),
    experiment: text(exposure, 'experiment', 'exposure.experiment'),
    phase: number(exposure, 'phase', 'exposure.phase') ?? 0,
    unitAttribute: text(exposure, 'unitAttribute', 'exposure.unitAttribute'),
    unit: text(exposure, 'unit', 'exposure.unit'),
  };
}

function trackedOf(tracked: JsonFields): TrackedDraft {
  const units = fields('tracked.units', tracked['units'] ?? {});
  const properties = tracked['properties'];
  return {
    name: text(tracked, 'name', 'tracked.name'),
    // The values are checked to be text with everything else about them.
    units: units as Readonly<Record<string, string>>,
    value: number(tracked, 'value', 'tracked.value'),
    properties: properties === undefined || properties === null ? undefined : json('tracked.properties', properties),
  };
}

function text(from: JsonFields, key: string, field: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new UnreadableField(wrongType(field, value, 'a text'));
  return value;
}

function number(from: JsonFields, key: string, field: string): number | undefined {
  const value = from[key] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new UnreadableField(wrongType(field, value, 'a finite number'));
  return value;
}

function fields(field: string, value: unknown): JsonFields {
  if (!isFields(value)) throw new UnreadableField(wrongType(field, value, 'an object'));
  return value;
}

function json(field: string, value: unknown): JsonObject {
  return fields(field, value) as JsonObject;
}

function isFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(field: string, value: unknown, expected: string): EventRejection {
  return new EventRejection('INVALID_ARGUMENT', field, `${quoted(value)} is not ${expected}`);
}
