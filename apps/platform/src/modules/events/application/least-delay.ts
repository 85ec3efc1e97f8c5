/**
 * What a stream tells of its sender's clock. From sending to receipt a batch takes the difference of the clocks plus
 * the time that it waits on the way, which may be long when the sender is held back; the least of all batches waited
 * least and so is closest to the difference of the clocks.
 */
export class LeastDelay {
  private leastMs: number | undefined;

  observe(sentAt: Date | undefined, receivedMs: number): void {
    const delayMs = receivedMs - (sentAt?.getTime() ?? Number.NaN);
    if (Number.isNaN(delayMs)) return;
    this.leastMs = Math.min(delayMs, this.leastMs ?? delayMs);
  }

  /** When a batch that is received now was sent by the sender's clock; undefined when the sender never says. */
  sentAt(receivedMs: number): Date | undefined {
    return this.leastMs === undefined ? undefined : new Date(receivedMs - this.leastMs);
  }
}
