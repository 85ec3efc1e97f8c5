import type { NativeGrpcRegistry } from '../../../../runtime/grpc/native-grpc.js';
import type { EvaluationLimits } from '../../../../runtime/limits/evaluation-limits.js';
import type { SnapshotFeed } from '../../../admin/index.js';
import type { Environments } from '../../application/environments.js';
import type { EvaluateFlags } from '../../application/evaluate-flags.js';
import { FlagdTranslations } from '../../application/flagd-translations.js';
import { ReadFlagdTranslation } from '../../application/read-flagd-translation.js';
import type { OpenStreams } from '../grpc/open-streams.js';
import type { ReadExposures } from '../read-exposures.js';
import { FlagdEvaluationGrpc } from './flagd-evaluation.grpc.js';
import { FlagdStreams } from './flagd-streams.js';
import { FlagdSyncGrpc } from './flagd-sync.grpc.js';
import { FlagdTranslationGrpc } from './flagd-translation.grpc.js';

export interface FlagdParts {
  readonly environments: Environments;
  readonly feed: SnapshotFeed;
  readonly evaluate: EvaluateFlags;
  readonly evaluationLimits: EvaluationLimits;
  readonly streams: OpenStreams;
  readonly exposures: ReadExposures;
}

/** Everything that speaks flagd's protocols. */
export class FlagdEndpoints {
  private readonly evaluation: FlagdEvaluationGrpc;
  private readonly sync: FlagdSyncGrpc;
  private readonly translation: FlagdTranslationGrpc;

  constructor({ environments, feed, evaluate, evaluationLimits, streams, exposures }: FlagdParts) {
    const translations = new FlagdTranslations();
    const flagdStreams = new FlagdStreams(environments, streams);
    this.evaluation = new FlagdEvaluationGrpc({
      environments,
      evaluate,
      limits: evaluationLimits,
      streams: flagdStreams,
      exposures,
    });
    this.sync = new FlagdSyncGrpc(environments, translations, flagdStreams, exposures);
    this.translation = new FlagdTranslationGrpc(new ReadFlagdTranslation(environments, feed, translations));
  }

  register(registry: NativeGrpcRegistry): void {
    this.evaluation.register(registry);
    this.sync.register(registry);
    this.translation.register(registry);
  }
}
