import { type Resource, updateResource } from '@sortition/declaration';
import type { Clock } from '@sortition/kernel';

import type { Author } from '../../domain/author.js';
import type { AdminDatabase } from '../admin-database.js';
import type { ProjectWriter } from '../project-writer.js';
import type { Attempt, DueDelivery, LeasedWebhook, WebhookProgress } from './webhook-progress.js';
import { webhookHeaders } from './webhook-signature.js';

export interface SendingOptions {
  /** Sends a message. @returns the HTTP status. @throws Error when there is no answer. */
  readonly post: (message: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }) => Promise<number>;
  /** @throws Error when there is no such secret. */
  readonly secretOf: (organization: string, name: string) => Promise<string>;
  /** Before the first repetition, in milliseconds; each further one waits twice as long, up to `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Attempts after which a message is given up. */
  readonly mostAttempts: number;
  /** A webhook that has taken nothing for this long is disabled, in milliseconds. */
  readonly disabledAfterMs: number;
  /** How long a process has a webhook for itself, in milliseconds: longer than its messages of one turn may take. */
  readonly leaseMs: number;
  /** In [0, 1); spreads repetitions. */
  readonly random: () => number;
}

/** Webhooks that one process sends to at once. */
const WEBHOOKS_AT_ONCE = 8;
/** Messages to one webhook before others have their turn. */
const MESSAGES_IN_TURN = 4;
/** Whom the audit trail names when the platform disables a webhook. */
const ACTOR = 'platform/webhooks';

/** Sends what waits in the outbox: to each webhook one message after the other, to different ones beside each other. */
export class SendWebhooks {
  constructor(
    private readonly progress: WebhookProgress,
    private readonly database: AdminDatabase,
    private readonly writer: ProjectWriter,
    private readonly clock: Clock,
    private readonly options: SendingOptions,
  ) {}

  /** One round. @returns whether more may be due at once. */
  async execute(): Promise<boolean> {
    const leased = await this.progress.lease(WEBHOOKS_AT_ONCE, this.options.leaseMs);
    const results = await Promise.allSettled(leased.map((webhook) => this.serve(webhook)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return leased.length > 0;
  }

  private async serve(webhook: LeasedWebhook): Promise<void> {
    const resource = await this.resourceOf(webhook);
    if (!resource?.definition.enabled) {
      await this.progress.drop(webhook, resource ? 'The webhook is disabled.' : 'The webhook was deleted.');
      return;
    }
    let { failures } = webhook;
    for (let sent = 0; sent < MESSAGES_IN_TURN; sent += 1) {
      const delivery = await this.progress.next(webhook);
      if (!delivery) break;
      const attempt = await this.attempt(webhook, resource, delivery);
      await this.progress.record(webhook, attempt);
      if (attempt.outcome === 'delivered') {
        failures = 0;
        continue;
      }
      failures += 1;
      if (this.hasFailedLong(webhook, failures)) {
        await this.disable(webhook);
        return;
      }
      break;
    }
    await this.progress.release(webhook, failures === 0 ? 0 : this.pauseMs(failures));
  }

  private async attempt(
    { organization }: LeasedWebhook,
    { definition }: Resource<'webhook'>,
    { id, body, attempts }: DueDelivery,
  ): Promise<Attempt> {
    const given = (responseStatus: number | undefined, error: string): Attempt => ({
      deliveryId: id,
      outcome: attempts + 1 >= this.options.mostAttempts ? 'failed' : 'retried',
      responseStatus,
      error,
    });
    try {
      const secret = await this.options.secretOf(organization, definition.secret);
      const timestampSeconds = Math.floor(this.clock.now() / 1_000);
      const headers = webhookHeaders(secret, { id, body, timestampSeconds });
      const status = await this.options.post({ url: definition.url, headers, body });
      if (status < 200 || status > 299) return given(status, `The receiver answered ${String(status)}.`);
      return { deliveryId: id, outcome: 'delivered', responseStatus: status, error: undefined };
    } catch (error) {
      return given(undefined, reasonOf(error));
    }
  }

  private hasFailedLong({ failingSince, failures: before }: LeasedWebhook, failures: number): boolean {
    // A success in this turn has ended what failed before it.
    if (!failingSince || failures <= before) return false;
    return this.clock.now() - failingSince.getTime() >= this.options.disabledAfterMs;
  }

  private async disable(webhook: LeasedWebhook): Promise<void> {
    const { organizationId, organization, project, webhook: key } = webhook;
    const author: Author = { organizationId, organization, actor: ACTOR };
    await this.writer.write(author, project, (draft) => {
      const found = draft.find('webhook', key);
      if (found?.id === webhook.webhookId) updateResource(draft, found, { enabled: false });
    });
    await this.progress.drop(webhook, 'The webhook was disabled: it has taken nothing for too long.');
  }

  private resourceOf({
    organizationId,
    project: projectKey,
    webhook,
    webhookId,
  }: LeasedWebhook): Promise<Resource<'webhook'> | undefined> {
    return this.database.read(organizationId, async ({ projects, resources }) => {
      const project = await projects.find(projectKey);
      const address = { kind: 'webhook', project: projectKey, environment: undefined, key: webhook } as const;
      const found = project && (await resources.find(project, address));
      return found?.id === webhookId ? found : undefined;
    });
  }

  /** Half of it is random, so that what failed together is not repeated together. */
  private pauseMs(failures: number): number {
    const { firstPauseMs, longestPauseMs, random } = this.options;
    const longest = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
    return longest * (0.5 + random() / 2);
  }
}

const LONGEST_REASON = 500;

function reasonOf(error: unknown): string {
  const { message, name, code } = error as Partial<NodeJS.ErrnoException>;
  if (name === 'TimeoutError' || name === 'AbortError') return 'There was no answer in time.';
  return (message !== undefined && message !== '' ? message : (code ?? String(error))).slice(0, LONGEST_REASON);
}
