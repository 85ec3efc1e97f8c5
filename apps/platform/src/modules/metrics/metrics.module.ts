import { Module } from '@nestjs/common';

import { ExperimentCatalogModule } from '../admin/index.js';
import { EventLoadingModule } from '../events/index.js';
import { ComputeResults } from './application/compute-results.js';
import { ExperimentStatisticsSource } from './application/experiment-statistics-source.js';
import { GetResults } from './application/get-results.js';
import { RESULT_STORE } from './application/result-store.js';
import { TypeormResultStore } from './infra/typeorm/typeorm-result-store.js';
import { ResultsGrpc } from './transport/grpc/results.grpc.js';

/** Computes and keeps experiment results. */
@Module({
  imports: [ExperimentCatalogModule, EventLoadingModule],
  controllers: [ResultsGrpc],
  providers: [
    ComputeResults,
    GetResults,
    ExperimentStatisticsSource,
    { provide: RESULT_STORE, useClass: TypeormResultStore },
  ],
})
export class MetricsModule {}
