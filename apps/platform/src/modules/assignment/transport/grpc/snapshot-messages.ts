import { assignment } from '@sortition/contracts';

import type { LoggedDelta, LoggedState } from '../../domain/revision-log.js';

type EncodedOnce = WeakMap<LoggedDelta | LoggedState, Buffer>;

const followed: EncodedOnce = new WeakMap();
const last: EncodedOnce = new WeakMap();

/** Whether more messages lead on from a message to the newest revision at once. */
export type Position = 'followed' | 'last';

/** The message that brings a change, encoded once however many streams it is sent on. */
export function deltaMessage(delta: LoggedDelta, position: Position): Buffer {
  return onceFor(delta, { $case: 'delta', value: delta.json as Buffer }, delta.contentHash, position);
}

/** The message that brings a whole state, encoded once as long as the state is held. */
export function fullMessage(state: LoggedState, position: Position): Buffer {
  return onceFor(state, { $case: 'full', value: state.json as Buffer }, state.textHash, position);
}

/** The message that says that the stream is alive. */
export function heartbeatMessage(revision: number, contentHash: string): Buffer {
  return encode({ update: { $case: 'heartbeat', value: {} }, revision, contentHash, hasMore: false });
}

function onceFor(
  logged: LoggedDelta | LoggedState,
  update: assignment.WatchSnapshotResponse['update'],
  contentHash: string,
  position: Position,
): Buffer {
  const encoded = position === 'followed' ? followed : last;
  const known = encoded.get(logged);
  if (known) return known;
  const { revision } = logged;
  const message = encode({ update, revision, contentHash, hasMore: position === 'followed' });
  encoded.set(logged, message);
  return message;
}

function encode(message: assignment.WatchSnapshotResponse): Buffer {
  return Buffer.from(assignment.WatchSnapshotResponse.encode(message).finish());
}
