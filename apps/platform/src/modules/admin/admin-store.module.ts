import { Module } from '@nestjs/common';

import { TENANT_DATABASE, type TenantDatabase } from '../../runtime/database/tenant-database.js';
import { ADMIN_DATABASE } from './application/admin-database.js';
import { IDENTITY, type Identity } from './application/identity.js';
import { ORGANIZATION_DIRECTORY } from './application/organization-directory.js';
import { RandomIdentity } from './infra/random-identity.js';
import { TypeormAdminDatabase } from './infra/typeorm/typeorm-admin-database.js';
import { TypeormOrganizationDirectory } from './infra/typeorm/typeorm-organization-directory.js';

/** Where configuration is kept, for the modules of this folder. */
@Module({
  providers: [
    { provide: IDENTITY, useClass: RandomIdentity },
    {
      provide: ADMIN_DATABASE,
      inject: [TENANT_DATABASE, IDENTITY],
      useFactory: (tenants: TenantDatabase, identity: Identity) => new TypeormAdminDatabase(tenants, identity),
    },
    {
      provide: ORGANIZATION_DIRECTORY,
      inject: [TENANT_DATABASE],
      useFactory: (tenants: TenantDatabase) => new TypeormOrganizationDirectory(tenants),
    },
  ],
  exports: [ADMIN_DATABASE, IDENTITY, ORGANIZATION_DIRECTORY],
})
export class AdminStoreModule {}
