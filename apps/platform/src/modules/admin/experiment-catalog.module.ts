import { Module } from '@nestjs/common';

import { AdminStoreModule } from './admin-store.module.js';
import { ADMIN_DATABASE, type AdminDatabase } from './application/admin-database.js';
import { EXPERIMENT_CATALOG } from './application/experiment-catalog.js';
import { DatabaseExperimentCatalog } from './infra/database-experiment-catalog.js';

/** Experiments for processes that analyse them, with or without the role admin. */
@Module({
  imports: [AdminStoreModule],
  providers: [
    {
      provide: EXPERIMENT_CATALOG,
      inject: [ADMIN_DATABASE],
      useFactory: (database: AdminDatabase) => new DatabaseExperimentCatalog(database),
    },
  ],
  exports: [EXPERIMENT_CATALOG],
})
export class ExperimentCatalogModule {}
