import { checkProperties, UNUSABLE_KEY, unusableKey } from './check-properties.js';
import { checkText } from './check-text.js';
import type { EventDraft, ExposureDraft, TrackedDraft } from './event-draft.js';
import type { EventPayload } from './event-payload.js';
import { EventRejection, quoted } from './event-rejection.js';
import { correctedTimeMs, eventTimeMs } from './event-time.js';
import { checkValue } from './event-value.js';
import type { TranscribedEvent } from './transcribed-event.js';

/** Largest payload of an event as JSON, in characters. */
export const MAX_PAYLOAD_LENGTH = 64 * 1024;
const MAX_KEY_LENGTH = 256;
const MAX_UNIT_LENGTH = 1_024;
const MAX_UNITS = 16;
const MAX_PHASE = 2_147_483_647;
const DEFAULT_UNIT_ATTRIBUTE = 'targetingKey';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An event that passed every check. */
export interface AcceptedEvent {
  /** A UUID in lower case. */
  readonly id: string;
  /** Corrected for clock skew, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
  readonly kind: EventPayload['kind'];
  /** JSON of the `ExposurePayload` or `TrackedPayload`. */
  readonly payload: string;
}

/** The event as it is stored, or why it is refused. */
export function acceptEvent(draft: EventDraft, skewMs: number, receivedMs: number): AcceptedEvent | EventRejection {
  if (!UUID.test(draft.id)) return new EventRejection('INVALID_ARGUMENT', 'id', `${quoted(draft.id)} is not a UUID`);
  const timeMs = eventTimeMs(draft.time, skewMs, receivedMs);
  if (timeMs instanceof EventRejection) return timeMs;
  const payload = payloadOf(draft);
  if (payload instanceof EventRejection) return payload;
  const json = JSON.stringify(payload.kind === 'exposure' ? payload.exposure : payload.tracked);
  if (json.length > MAX_PAYLOAD_LENGTH) {
    const problem = `has ${json.length} characters; at most ${MAX_PAYLOAD_LENGTH} are allowed`;
    return new EventRejection('MESSAGE_TOO_LARGE', payload.kind, problem);
  }
  return { id: draft.id.toLowerCase(), timeMs, kind: payload.kind, payload: json };
}

/** The same for an event that was transcribed as it was read. */
export function acceptTranscribed(
  { id, sentMs, kind, payload }: TranscribedEvent,
  skewMs: number,
  receivedMs: number,
): AcceptedEvent | EventRejection {
  const timeMs = correctedTimeMs(sentMs, skewMs, receivedMs);
  return timeMs instanceof EventRejection ? timeMs : { id, timeMs, kind, payload };
}

function payloadOf({ payload }: EventDraft): EventPayload | EventRejection {
  if (payload === undefined) {
    return new EventRejection('INVALID_ARGUMENT', 'payload', 'is missing: set "exposure" or "tracked"');
  }
  return payload.kind === 'exposure' ? exposureOf(payload.exposure) : trackedOf(payload.tracked);
}

function exposureOf(draft: ExposureDraft): EventPayload | EventRejection {
  const { flag, variant, rule, experiment, phase, unit } = draft;
  const unitAttribute = draft.unitAttribute === '' ? DEFAULT_UNIT_ATTRIBUTE : draft.unitAttribute;
  const rejection =
    checkText('exposure.flag', flag, { maxLength: MAX_KEY_LENGTH }) ??
    checkText('exposure.variant', variant, { maxLength: MAX_KEY_LENGTH }) ??
    checkText('exposure.rule', rule, { maxLength: MAX_KEY_LENGTH, mayBeEmpty: true }) ??
    checkText('exposure.experiment', experiment, { maxLength: MAX_KEY_LENGTH, mayBeEmpty: true }) ??
    checkText('exposure.unitAttribute', unitAttribute, { maxLength: MAX_KEY_LENGTH }) ??
    checkText('exposure.unit', unit, { maxLength: MAX_UNIT_LENGTH }) ??
    checkPhase(phase, experiment);
  return rejection ?? { kind: 'exposure', exposure: { flag, variant, rule, experiment, phase, unitAttribute, unit } };
}

function checkPhase(phase: number, experiment: string): EventRejection | undefined {
  const isInRange = Number.isInteger(phase) && phase >= 0 && phase <= MAX_PHASE;
  if (isInRange && phase > 0 === (experiment !== '')) return undefined;
  const expected = experiment === '' ? '0 without an experiment' : '1 or more with an experiment';
  return new EventRejection('INVALID_ARGUMENT', 'exposure.phase', `${quoted(phase)} must be ${expected}`);
}

function trackedOf(draft: TrackedDraft): EventPayload | EventRejection {
  const { name, units, value, properties } = draft;
  const rejection =
    checkText('tracked.name', name, { maxLength: MAX_KEY_LENGTH }) ??
    checkUnits(units) ??
    checkValue(value) ??
    checkProperties('tracked.properties', properties);
  return rejection ?? { kind: 'tracked', tracked: { name, value: value ?? null, units, properties: properties ?? {} } };
}

function checkUnits(units: Readonly<Record<string, string>>): EventRejection | undefined {
  const entries = Object.entries(units);
  if (entries.length === 0) {
    return new EventRejection('INVALID_ARGUMENT', 'tracked.units', '"{}" is empty: name at least one unit');
  }
  if (entries.length > MAX_UNITS) {
    const problem = `has ${entries.length} entries; at most ${MAX_UNITS} are allowed`;
    return new EventRejection('INVALID_ARGUMENT', 'tracked.units', problem);
  }
  if (Object.hasOwn(units, UNUSABLE_KEY)) return unusableKey('tracked.units');
  for (const [attribute, unit] of entries) {
    const rejection =
      checkText('tracked.units key', attribute, { maxLength: MAX_KEY_LENGTH }) ??
      checkText(`tracked.units[${quoted(attribute)}]`, unit, { maxLength: MAX_UNIT_LENGTH });
    if (rejection) return rejection;
  }
  return undefined;
}
