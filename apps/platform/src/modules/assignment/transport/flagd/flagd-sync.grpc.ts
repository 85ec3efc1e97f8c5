import type { flagdSync } from '@sortition/contracts';

import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import type { Environments } from '../../application/environments.js';
import type { FlagdTranslations } from '../../application/flagd-translations.js';
import type { ReadExposures } from '../read-exposures.js';
import { evaluatorOf } from '../scope-of.js';
import { credentialOfFlagdCall } from './flagd-credential.js';
import { requireFlagSet } from './flagd-flag-set.js';
import type { FlagdStreams } from './flagd-streams.js';
import { FlagdSyncWatcher } from './flagd-sync-watcher.js';

/** Serves flagd's sync protocol: an environment in flagd's form, for evaluators in every language. */
export class FlagdSyncGrpc {
  constructor(
    private readonly environments: Environments,
    private readonly translations: FlagdTranslations,
    private readonly streams: FlagdStreams,
    private readonly exposures: ReadExposures,
  ) {}

  register(registry: NativeGrpcRegistry): void {
    registry.serverStream<flagdSync.SyncFlagsRequest, flagdSync.SyncFlagsResponse | Buffer>(
      '/flagd.sync.v1.FlagSyncService/SyncFlags',
      (call, principal, endWith) =>
        this.streams.open(call, principal, endWith, (environment) => {
          const watcher = new FlagdSyncWatcher(call, environment, this.translations);
          watcher.catchUp();
          this.exposures.inProcess(principal, environment.state.compiled);
          return watcher;
        }),
      credentialOfFlagdCall,
    );
    registry.unary<flagdSync.FetchAllFlagsRequest, flagdSync.FetchAllFlagsResponse>(
      '/flagd.sync.v1.FlagSyncService/FetchAllFlags',
      async (call, principal) => {
        const { state } = await this.environments.loadNewest(evaluatorOf(principal));
        requireFlagSet(call, state);
        this.exposures.inProcess(principal, state.compiled);
        return { flagConfiguration: this.translations.of(state).json };
      },
      credentialOfFlagdCall,
    );
    registry.unary<object, object>(
      '/flagd.sync.v1.FlagSyncService/GetMetadata',
      () => ({ metadata: {} }),
      credentialOfFlagdCall,
    );
  }
}
