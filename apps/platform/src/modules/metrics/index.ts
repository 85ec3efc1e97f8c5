import { ResultSnapshotEntity } from './infra/typeorm/result-snapshot.entity.js';

export { MetricsModule } from './metrics.module.js';

/** For the one pool of the composition root. */
export const METRICS_ENTITIES = [ResultSnapshotEntity] as const;
