import type { ClientReadableStream } from '@grpc/grpc-js';
import type { assignment } from '@sortition/contracts';

import type { Change, Update, UpdateSource } from './keep-current.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';
import type { SnapshotHolder } from './snapshot-holder.js';

const NOTHING: readonly string[] = [];

/** An environment's snapshot: whole at first, then change by change, resumed from the revision at hand. */
export class SnapshotSource implements UpdateSource<assignment.WatchSnapshotResponse> {
  constructor(
    private readonly client: PlatformClient,
    private readonly holder: SnapshotHolder,
    private readonly settings: ProviderSettings,
  ) {}

  open(): ClientReadableStream<assignment.WatchSnapshotResponse> {
    const { held } = this.holder;
    return this.client.watchSnapshot({ fromRevision: held?.revision ?? 0, contentHash: held?.contentHash ?? '' });
  }

  take(message: assignment.WatchSnapshotResponse): Update {
    return { change: this.changeBy(message), hasMore: message.hasMore };
  }

  async poll(signal: AbortSignal): Promise<Change> {
    const contentHash = this.holder.held?.contentHash ?? '';
    const answer = await this.client.getSnapshot({ contentHash }, this.settings.requestTimeoutMs, signal);
    const isOlder = answer.revision < (this.holder.held?.revision ?? 0);
    if (answer.full.length === 0 || isOlder) return NOTHING;
    return this.holder.takeFull(answer.full, answer.revision, answer.contentHash) ?? NOTHING;
  }

  private changeBy({ update, revision, contentHash }: assignment.WatchSnapshotResponse): Change {
    if (update?.$case === 'full') return this.holder.takeFull(update.value, revision, contentHash) ?? NOTHING;
    if (update?.$case === 'delta') return this.holder.takeDelta(update.value, contentHash);
    return NOTHING;
  }
}
