import type { Organization } from '../domain/organization.js';
import type { PageQuery } from './page.js';

/** Every organization of the platform, for its operator. */
export interface OrganizationDirectory {
  find(key: string): Promise<Organization | undefined>;
  /** Ordered by key, without the operator's own. */
  list(page: PageQuery): Promise<readonly Organization[]>;
}

export const ORGANIZATION_DIRECTORY = Symbol('OrganizationDirectory');
