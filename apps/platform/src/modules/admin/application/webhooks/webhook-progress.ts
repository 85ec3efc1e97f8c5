import type { NewDelivery, WebhookAddress } from './webhook-outbox.js';

/** A webhook in the hands of one process. */
export interface LeasedWebhook extends WebhookAddress {
  /** Attempts that failed since the last that did not. */
  readonly failures: number;
  readonly failingSince: Date | undefined;
}

export interface DueDelivery extends NewDelivery {
  /** How often it was sent already. */
  readonly attempts: number;
}

/** How an attempt ended. */
export interface Attempt {
  readonly deliveryId: string;
  readonly outcome: 'delivered' | 'retried' | 'failed';
  readonly responseStatus: number | undefined;
  readonly error: string | undefined;
}

/** How far the webhooks of all organizations are. */
export interface WebhookProgress {
  /** Takes webhooks with something due, which no other process has. */
  lease(limit: number, leaseMs: number): Promise<readonly LeasedWebhook[]>;
  /** The oldest message that waits; undefined when none does. */
  next(webhook: LeasedWebhook): Promise<DueDelivery | undefined>;
  record(webhook: LeasedWebhook, attempt: Attempt): Promise<void>;
  /** Gives a webhook back. @param pauseMs until the next attempt, when something waits. */
  release(webhook: LeasedWebhook, pauseMs: number): Promise<void>;
  /** Gives up what waits for a webhook, because it is gone or disabled. */
  drop(webhook: LeasedWebhook, reason: string): Promise<void>;
}

export const WEBHOOK_PROGRESS = Symbol('WebhookProgress');
