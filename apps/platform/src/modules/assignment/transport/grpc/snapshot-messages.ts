import { assignment } from '@sortition/contracts';

import type { LoggedDelta, LoggedState } from '../../domain/revision-log.js';

const encoded = new WeakMap<LoggedDelta | LoggedState, Buffer>();

/** The message that brings a change, encoded once however many streams it is sent on. */
export function deltaMessage(delta: LoggedDelta): Buffer {
  return onceFor(delta, { $case: 'delta', value: delta.json as Buffer });
}

/** The message that brings a whole state, encoded once as long as the state is held. */
export function fullMessage(state: LoggedState): Buffer {
  return onceFor(state, { $case: 'full', value: state.json as Buffer });
}

/** The message that says that the stream is alive. */
export function heartbeatMessage(revision: number, contentHash: string): Buffer {
  return encode({ update: { $case: 'heartbeat', value: {} }, revision, contentHash });
}

function onceFor(logged: LoggedDelta | LoggedState, update: assignment.WatchSnapshotResponse['update']): Buffer {
  const known = encoded.get(logged);
  if (known) return known;
  const { revision, contentHash } = logged;
  const message = encode({ update, revision, contentHash });
  encoded.set(logged, message);
  return message;
}

function encode(message: assignment.WatchSnapshotResponse): Buffer {
  return Buffer.from(assignment.WatchSnapshotResponse.encode(message).finish());
}
