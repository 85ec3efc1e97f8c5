import type { ServerWritableStream } from '@grpc/grpc-js';
import { flagdSync } from '@sortition/contracts';

import type { FlagdTranslations } from '../../application/flagd-translations.js';
import type { LoadedEnvironment } from '../../application/loaded-environment.js';
import type { FlagdTranslation } from '../../domain/flagd/translate-environment.js';
import type { OpenStream } from '../grpc/open-streams.js';
import { PacedWriter } from '../paced-writer.js';
import { endForShutdown } from './flagd-stream-end.js';

export type FlagdSyncCall = ServerWritableStream<flagdSync.SyncFlagsRequest, flagdSync.SyncFlagsResponse | Buffer>;

const encoded = new WeakMap<FlagdTranslation, Buffer>();

/**
 * One evaluator's stream of flag definitions. It holds no queue: a reader that is too slow is sent nothing until it has
 * drained, and then the newest definitions only.
 */
export class FlagdSyncWatcher implements OpenStream {
  private readonly writer: PacedWriter<Buffer>;
  private sentJson: string | undefined;

  constructor(
    private readonly call: FlagdSyncCall,
    private readonly environment: LoadedEnvironment,
    private readonly translations: FlagdTranslations,
  ) {
    this.writer = new PacedWriter(call, () => {
      this.catchUp();
    });
  }

  /** Sends the newest definitions unless they were sent already. */
  catchUp(): void {
    if (this.writer.isBlocked) return;
    const translation = this.translations.of(this.environment.state);
    if (translation.json === this.sentJson) return;
    this.sentJson = translation.json;
    this.writer.write(messageOf(translation));
  }

  /** The protocol has no message for it; the connection is kept alive below. */
  sendHeartbeat(): void {}

  end(): void {
    endForShutdown(this.call);
  }
}

/** The message of a translation, encoded once however many streams it is sent on. */
function messageOf(translation: FlagdTranslation): Buffer {
  const known = encoded.get(translation);
  if (known) return known;
  const { SyncFlagsResponse } = flagdSync;
  const message = Buffer.from(
    SyncFlagsResponse.encode(SyncFlagsResponse.fromPartial({ flagConfiguration: translation.json })).finish(),
  );
  encoded.set(translation, message);
  return message;
}
