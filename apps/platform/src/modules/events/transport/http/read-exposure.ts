import type { SubmittedEvent } from '../../application/publish-events.js';
import { EventRejection, quoted } from '../../domain/event-rejection.js';
import { readEvent } from './read-event.js';

/** Fields that an answer over OFREP carries in its metadata, as `sortition.rule` and so on. */
const FIELDS = ['rule', 'experiment', 'phase', 'unitAttribute', 'unit'] as const;

/**
 * Reads an exposure as a client of OFREP has it at hand: `id`, `time`, `flag`, `variant` and the `metadata` of the
 * answer. What stands beside `metadata` by its own name goes before it.
 */
export function readExposure(value: unknown): SubmittedEvent {
  if (!isFields(value)) return readEvent(value);
  const { id, time, flag, variant, metadata = {} } = value;
  if (!isFields(metadata)) {
    const rejection = new EventRejection('INVALID_ARGUMENT', 'metadata', `${quoted(metadata)} is not an object`);
    return { id: typeof id === 'string' ? id : '', rejection };
  }
  const details = FIELDS.map((field) => [field, value[field] ?? metadata[`sortition.${field}`]] as const);
  return readEvent({ id, time, exposure: { flag, variant, ...Object.fromEntries(details) } });
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
