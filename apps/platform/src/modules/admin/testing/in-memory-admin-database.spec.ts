import { describeAdminDatabase } from './describe-admin-database.js';
import { InMemoryAdminDatabase } from './in-memory-admin-database.js';

describeAdminDatabase('InMemoryAdminDatabase', () => new InMemoryAdminDatabase());
