/** Ways to evaluate that record no exposure: all flags at once, and in an evaluator of flagd within the application. */
export type UnrecordedWay = 'bulk' | 'flagd-in-process';

/** What an environment's flag was served for, without a record of who reads it. */
export interface UnrecordedRead {
  /** `project/environment`. */
  readonly environment: string;
  readonly flag: string;
  readonly way: UnrecordedWay;
  count: number;
}

/** Flags that are told apart; the rest is not counted. */
const MAX_READS = 200;

/** Counts, by flag, how often flags of experiments were served to servers in ways that record no exposure. */
export class UnrecordedReads {
  private readonly reads = new Map<string, UnrecordedRead>();

  count(way: UnrecordedWay, environment: string, flag: string): void {
    const name = `${way}\n${environment}\n${flag}`;
    const read = this.reads.get(name);
    if (read) read.count += 1;
    else if (this.reads.size < MAX_READS) this.reads.set(name, { environment, flag, way, count: 1 });
  }

  all(): Iterable<Readonly<UnrecordedRead>> {
    return this.reads.values();
  }
}
