import type { Decision } from '@sortition/evaluation';

/** What was evaluated since the process began: plain numbers, since every evaluation passes here. */
export class EvaluationCounts {
  private evaluated = 0;
  private readonly failed = new Map<string, number>();

  get total(): number {
    return this.evaluated;
  }

  /** By error code, one of a closed set. */
  get errors(): ReadonlyMap<string, number> {
    return this.failed;
  }

  /** Returns the decision that it counted. */
  counted(decision: Decision): Decision {
    this.evaluated += 1;
    const { errorCode } = decision;
    if (errorCode !== undefined) this.failed.set(errorCode, (this.failed.get(errorCode) ?? 0) + 1);
    return decision;
  }
}
