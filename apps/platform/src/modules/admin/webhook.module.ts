import { Module } from '@nestjs/common';
import type { Clock } from '@sortition/kernel';
import type { Logger } from 'pino';

import { CLOCK } from '../../runtime/clock-token.js';
import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import type { AllowedAddresses } from '../../runtime/egress/allowed-addresses.js';
import { EGRESS_ADDRESSES, SECRETS_FILE } from '../../runtime/egress/egress-tokens.js';
import { postMessage } from '../../runtime/egress/post-message.js';
import { readSecret } from '../../runtime/egress/read-secret.js';
import { LOGGER } from '../../runtime/logger-token.js';
import { AdminStoreModule } from './admin-store.module.js';
import { ADMIN_DATABASE, type AdminDatabase } from './application/admin-database.js';
import { ProjectWriter } from './application/project-writer.js';
import { ListWebhookDeliveries } from './application/webhooks/list-webhook-deliveries.js';
import { SendWebhooks } from './application/webhooks/send-webhooks.js';
import { WEBHOOK_PROGRESS, type WebhookProgress } from './application/webhooks/webhook-progress.js';
import { PostgresWebhookProgress } from './infra/postgres-webhook-progress.js';
import { WebhookCourier } from './infra/webhook-courier.js';
import { ProjectWriterModule } from './project-writer.module.js';
import { WebhookGrpc } from './transport/grpc/webhook.grpc.js';

const DEADLINE_MS = 10_000;
const ANSWER_BYTES = 16_384;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** 16 attempts take about 12 hours. */
const SCHEDULE = {
  firstPauseMs: 5 * SECOND_MS,
  longestPauseMs: 2 * HOUR_MS,
  mostAttempts: 16,
  disabledAfterMs: 72 * HOUR_MS,
  leaseMs: 60 * SECOND_MS,
  random: Math.random,
};

/** Tells webhooks of changes. */
@Module({
  imports: [AdminStoreModule, ProjectWriterModule],
  controllers: [WebhookGrpc],
  providers: [
    ListWebhookDeliveries,
    {
      provide: WEBHOOK_PROGRESS,
      inject: [TENANT_DATABASE],
      useFactory: (database: TenantDatabase): WebhookProgress => new PostgresWebhookProgress(database),
    },
    {
      provide: SendWebhooks,
      inject: [WEBHOOK_PROGRESS, ADMIN_DATABASE, ProjectWriter, CLOCK, EGRESS_ADDRESSES, SECRETS_FILE],
      useFactory: (
        progress: WebhookProgress,
        database: AdminDatabase,
        writer: ProjectWriter,
        clock: Clock,
        addresses: AllowedAddresses,
        secretsFile: string | undefined,
      ) =>
        new SendWebhooks(progress, database, writer, clock, {
          ...SCHEDULE,
          post: (message) => postMessage(message, { addresses, deadlineMs: DEADLINE_MS, answerBytes: ANSWER_BYTES }),
          secretOf: (organization, name) => readSecret(secretsFile, organization, name),
        }),
    },
    {
      provide: WebhookCourier,
      inject: [SendWebhooks, LOGGER],
      useFactory: (sending: SendWebhooks, logger: Logger) => new WebhookCourier(sending, logger),
    },
  ],
})
export class WebhookModule {}
