import { describe, expect, it } from '@jest/globals';

import { KEPT_DELTAS, type LoggedDelta, type LoggedState, RevisionLog } from './revision-log.js';

const hashOf = (revision: number): string => `hash-${String(revision)}`;
const textHashOf = (revision: number): string => `text-${String(revision)}`;
const state = (revision: number, bytes = 1_000_000): LoggedState => ({
  revision,
  contentHash: hashOf(revision),
  textHash: textHashOf(revision),
  json: new Uint8Array(bytes),
});
const delta = (fromRevision: number, revision = fromRevision + 1): LoggedDelta => ({
  fromRevision,
  revision,
  contentHash: hashOf(revision),
  json: new Uint8Array(10),
});

function logOf(base: number, newest: number): RevisionLog {
  let log = RevisionLog.from(state(base));
  for (let revision = base; revision < newest; revision++) log = log.append(delta(revision));
  return log;
}

const revisionsOf = (deltas: readonly LoggedDelta[]): readonly number[] => deltas.map(({ revision }) => revision);

describe('RevisionLog', () => {
  it('leads an evaluator without a state through the whole one and every change since', () => {
    const { full, deltas } = logOf(3, 5).catchUp(0, '');

    expect(full?.revision).toBe(3);
    expect(revisionsOf(deltas)).toEqual([4, 5]);
  });

  it.each([
    [3, [4, 5]],
    [4, [5]],
    [5, []],
  ])('leads an evaluator at revision %i by changes alone', (revision, expected) => {
    const { full, deltas } = logOf(3, 5).catchUp(revision, hashOf(revision));

    expect(full).toBeUndefined();
    expect(revisionsOf(deltas)).toEqual(expected);
  });

  it.each([
    ['another content at its revision', 4, 'other'],
    ['a revision from before the log', 2, hashOf(2)],
    ['a revision from after the log', 6, hashOf(6)],
    ['no hash', 4, ''],
  ])('starts an evaluator anew that has %s', (_what, revision, contentHash) => {
    expect(logOf(3, 5).catchUp(revision, contentHash).full?.revision).toBe(3);
  });

  it('keeps the changes that led to a newer whole state, for evaluators that resume', () => {
    const log = logOf(3, 6).rebase(state(6)).append(delta(6));

    expect(log.catchUp(0, '').full?.revision).toBe(6);
    expect(revisionsOf(log.catchUp(4, hashOf(4)).deltas)).toEqual([5, 6, 7]);
  });

  it('knows an evaluator by the text of every whole state that it had', () => {
    const log = logOf(3, 6).rebase(state(6)).append(delta(6));

    expect(revisionsOf(log.catchUp(3, textHashOf(3)).deltas)).toEqual([4, 5, 6, 7]);
    expect(revisionsOf(log.catchUp(6, textHashOf(6)).deltas)).toEqual([7]);
    expect(log.catchUp(5, textHashOf(5)).full?.revision).toBe(6);
  });

  it('starts anew from a whole state that does not continue it', () => {
    const log = logOf(3, 5).rebase(state(9));

    expect(log.revision).toBe(9);
    expect(log.catchUp(4, hashOf(4)).full?.revision).toBe(9);
  });

  it('keeps a bounded number of changes, never one that its whole state needs', () => {
    const newest = KEPT_DELTAS + 50;
    const unbased = logOf(0, newest);
    const rebased = unbased.rebase(state(newest)).append(delta(newest));

    expect(unbased.catchUp(0, '').deltas).toHaveLength(newest);
    expect(rebased.catchUp(10, hashOf(10)).full?.revision).toBe(newest);
    expect(rebased.catchUp(newest - 200, hashOf(newest - 200)).full).toBeUndefined();
  });

  it('asks for a newer whole state when the changes outweigh it', () => {
    const small = RevisionLog.from(state(1, 25)).append(delta(1)).append(delta(2));

    expect(small.needsNewBase).toBe(false);
    expect(small.append(delta(3)).needsNewBase).toBe(true);
    expect(logOf(0, KEPT_DELTAS / 2).needsNewBase).toBe(true);
  });
});
