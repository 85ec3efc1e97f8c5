/** Where assignments lie that nobody has asked for in a long time. */
export interface ExpiredAssignments {
  /** Removes expired assignments of any organization, at most `limit`. @returns how many were removed. */
  removeExpired(limit: number): Promise<number>;
}

export interface RemovalOptions {
  /** Mean time between two rounds, in milliseconds. */
  readonly everyMs: number;
  /** Assignments removed in one transaction. */
  readonly batchSize: number;
  /** Transactions in one round; what is left waits for the next one. */
  readonly maxBatches: number;
  /** In [0, 1); spreads the rounds of many processes. */
  readonly random: () => number;
  readonly onFailed: (error: unknown) => void;
}

export const DEFAULT_REMOVAL = { everyMs: 60 * 60 * 1_000, batchSize: 1_000, maxBatches: 100 } as const;

/** Removes what has expired, in rounds of bounded size. */
export class RemoveExpiredAssignments {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly assignments: ExpiredAssignments,
    private readonly options: RemovalOptions,
  ) {}

  start(): void {
    const { everyMs, random, onFailed } = this.options;
    this.timer = setTimeout(
      () => {
        void this.execute()
          .catch(onFailed)
          .finally(() => {
            if (!this.isStopped) this.start();
          });
      },
      everyMs * (0.5 + random()),
    );
    this.timer.unref();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** One round. @returns how many were removed. */
  async execute(): Promise<number> {
    const { batchSize, maxBatches } = this.options;
    let removed = 0;
    for (let batch = 0; batch < maxBatches && !this.isStopped; batch += 1) {
      const count = await this.assignments.removeExpired(batchSize);
      removed += count;
      if (count < batchSize) break;
    }
    return removed;
  }
}
