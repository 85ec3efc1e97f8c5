import type { ClientReadableStream } from '@grpc/grpc-js';
import type { assignment } from '@sortition/contracts';

import type { Change, Update, UpdateSource } from './keep-current.js';
import type { PlatformClient } from './platform-client.js';
import type { ProviderSettings } from './provider-options.js';

const NOTHING: readonly string[] = [];

/** Which flags changed, for a provider that holds no snapshot; it knows the revision alone. */
export class FlagWatchSource implements UpdateSource<assignment.WatchFlagsResponse> {
  private revision = 0;

  constructor(
    private readonly client: PlatformClient,
    private readonly settings: ProviderSettings,
  ) {}

  open(): ClientReadableStream<assignment.WatchFlagsResponse> {
    return this.client.watchFlags({ fromRevision: this.revision });
  }

  take({ revision, changed, isAnyChanged }: assignment.WatchFlagsResponse): Update {
    this.revision = revision;
    return { change: isAnyChanged ? 'any' : changed, hasMore: false };
  }

  async poll(signal: AbortSignal): Promise<Change> {
    const before = this.revision;
    const answer = await this.client.resolveBatch({ requests: [] }, this.settings.requestTimeoutMs, signal);
    this.revision = answer.revision;
    return before === 0 || before === answer.revision ? NOTHING : 'any';
  }
}
