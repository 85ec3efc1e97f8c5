import { Module } from '@nestjs/common';

import { AdminStoreModule } from './admin-store.module.js';
import { ProjectWriter } from './application/project-writer.js';

/** The one way in which configuration changes. */
@Module({
  imports: [AdminStoreModule],
  providers: [ProjectWriter],
  exports: [ProjectWriter],
})
export class ProjectWriterModule {}
