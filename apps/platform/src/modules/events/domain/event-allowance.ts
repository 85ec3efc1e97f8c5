/**
 * How much of an allowance of events per second is used, kept as one number: the time of a monotonic
 * clock, in milliseconds, at which everything charged so far is paid for. The generic cell rate algorithm (ITU-T I.371), with one
 * difference: who owes nothing may take a batch of any size, and pays for it afterwards. So whether a batch is
 * admitted, and when it would be, is known before the batch is read.
 */
export type PaidAtMs = number;

/** What may be taken at once after a pause: as much as in this time. */
export const BURST_MS = 2_000;

/** How long to wait until a batch is admitted, in milliseconds; 0: it is admitted now. */
export function waitMs(paidAtMs: PaidAtMs, nowMs: number): number {
  return Math.max(0, Math.ceil(paidAtMs - nowMs - BURST_MS));
}

/** @param perSecond events that an organization may send in a second; above 0. */
export function charged(paidAtMs: PaidAtMs, nowMs: number, events: number, perSecond: number): PaidAtMs {
  return Math.max(paidAtMs, nowMs) + (events * 1_000) / perSecond;
}
