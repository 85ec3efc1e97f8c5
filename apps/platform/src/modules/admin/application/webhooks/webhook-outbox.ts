import type { PageQuery } from '../page.js';

/** Which webhook it is, whatever becomes of its definition. */
export interface WebhookAddress {
  readonly webhookId: string;
  readonly organizationId: string;
  /** Keys. */
  readonly organization: string;
  readonly project: string;
  readonly webhook: string;
}

/** Messages to webhooks, stored with the changes that they tell of. Row-level security shows one organization. */
export interface WebhookOutbox {
  /** Adds messages to one webhook. Those that are more than {@link MOST_PENDING} in all are left out. */
  enqueue(webhook: WebhookAddress, messages: readonly NewDelivery[]): Promise<void>;
  /** Newest first; `after` of the page is the id of the last one seen. */
  list(webhookId: string, page: PageQuery): Promise<readonly Delivery[]>;
}

/** Messages that wait for one webhook at most. */
export const MOST_PENDING = 10_000;

export interface NewDelivery {
  readonly id: string;
  /** JSON as it is sent. */
  readonly body: string;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** What became of one message. */
export interface Delivery {
  readonly id: string;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly lastAttemptAt: Date | undefined;
  /** HTTP status of the last answer; undefined when there was none. */
  readonly responseStatus: number | undefined;
  /** Why the last attempt failed. */
  readonly error: string | undefined;
}
