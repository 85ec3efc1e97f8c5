import type { JetStreamManager } from '@nats-io/jetstream';

import type { UnitSubject } from '../../application/unit-store.js';
import { carriesUnit } from '../../domain/erased-event.js';
import { reachingLog } from './jetstream-failure.js';
import type { StreamReader } from './stream-reader.js';

const MESSAGES_PER_READ = 2_000;

/**
 * Offsets of the messages up to `end` that carry the unit. Reads the whole stream: its subjects name environments and
 * no units.
 */
export async function* offsetsOfUnit(
  reader: StreamReader,
  end: number,
  { environmentId, unit }: UnitSubject,
): AsyncGenerator<number> {
  for (let after = 0; after < end;) {
    const from = after;
    const records = await reader.read(from, MESSAGES_PER_READ, () => Promise.resolve(from < end));
    for (const { offset, environmentId: environment, kind, payload } of records) {
      if (environment === environmentId && carriesUnit(kind, payload, unit)) yield offset;
      after = offset;
    }
    if (records.length === 0) return;
  }
}

/** Removes one message and overwrites its bytes on disk; false when it was gone. */
export function removeMessage(manager: JetStreamManager, stream: string, offset: number): Promise<boolean> {
  return reachingLog(() => manager.streams.deleteMessage(stream, offset, true));
}
