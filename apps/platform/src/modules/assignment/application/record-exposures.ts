import type { Decision, ExperimentAssignment } from '@sortition/evaluation';
import type { Clock } from '@sortition/kernel';
import { v7 as uuidv7 } from 'uuid';

import type { ExposureIntake, ExposureScope } from '../../../runtime/exposure-intake.js';
import { ExposureQueue } from './exposure-queue.js';
import { RecentExposures } from './recent-exposures.js';
import { UnrecordedReads } from './unrecorded-reads.js';

/** Exposures remembered at most, so that each is recorded once. */
const MAX_REMEMBERED = 200_000;
/** Environments whose exposures wait at a time. */
const MAX_QUEUES = 1_000;
const FLUSH_MS = 500;

/**
 * Records the exposures of single evaluations: whoever asks for one flag reads its value. Each is recorded once as long
 * as it is remembered. Never holds an answer up: what the log cannot take waits within a bound, and is lost beyond it.
 */
export class RecordExposures {
  /** Exposures recorded, and those lost, since the process began. */
  recorded = 0;
  lost = 0;
  readonly unrecorded = new UnrecordedReads();
  private readonly recent = new RecentExposures(MAX_REMEMBERED);
  private readonly queues = new Map<string, ExposureQueue>();

  /** @param random in [0, 1). */
  constructor(
    private readonly intake: ExposureIntake,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** Records that the caller read the decision on a flag. */
  record(scope: ExposureScope, flag: string, { variant, rule, assignment, passed }: Decision): void {
    if (passed) {
      for (const each of passed) {
        if (each.assignment) this.expose(scope, flag, each.variant, each.rule, each.assignment);
      }
    }
    if (assignment && variant !== undefined) this.expose(scope, flag, variant, rule ?? '', assignment);
  }

  /** Stores what waits, as far as the log takes it now. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.queues.values(), (queue) => queue.close()));
    this.queues.clear();
  }

  private expose(
    scope: ExposureScope,
    flag: string,
    variant: string,
    rule: string,
    { experiment, phase, unitAttribute, unit }: ExperimentAssignment,
  ): void {
    const { environmentId } = scope;
    // Keys and paths hold no line breaks; what a unit holds stands last.
    const name = `${environmentId}\n${flag}\n${variant}\n${rule}\n${experiment}\n${String(phase)}\n${unitAttribute}\n${unit}`;
    if (this.recent.has(name)) return;
    const exposure = { flag, variant, rule, experiment, phase, unitAttribute, unit };
    const time = new Date(this.clock.now());
    const id = uuidv7();
    // What there is no room for is tried again when it is read next.
    if (!this.queueOf(scope)?.add(scope, { id, time, ...exposure })) {
      this.lost += 1;
      return;
    }
    this.recorded += 1;
    this.recent.add(name);
  }

  private queueOf(scope: ExposureScope): ExposureQueue | undefined {
    const { environmentId } = scope;
    const known = this.queues.get(environmentId);
    if (known) return known;
    if (this.queues.size >= MAX_QUEUES) this.forgetEmpty();
    if (this.queues.size >= MAX_QUEUES) return undefined;
    const { random } = this;
    const onLost = (count: number): void => {
      this.lost += count;
    };
    const queue = new ExposureQueue(scope, this.intake, { flushMs: FLUSH_MS, random, onLost });
    this.queues.set(environmentId, queue);
    return queue;
  }

  private forgetEmpty(): void {
    for (const [environmentId, queue] of this.queues) if (queue.isEmpty) this.queues.delete(environmentId);
  }
}
