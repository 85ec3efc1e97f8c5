import type { EventDefinition, EventPolicy } from '@sortition/declaration';

/**
 * What the events of environments must look like. Exported by the admin module to the events module, which follows the
 * events of all organizations.
 */
export interface EventDefinitionCatalog {
  /** The environments that exist among the ids, and whether what applies to them has changed. */
  locate(environmentIds: readonly string[]): Promise<readonly LocatedEnvironment[]>;
  /** What applies to the environments of projects. */
  describe(projectIds: readonly string[]): Promise<readonly DescribedProject[]>;
  /**
   * Id of an environment of the organization by resource name, `projects/p/environments/e`.
   *
   * @throws DomainError INVALID_ARGUMENT, RESOURCE_NOT_FOUND naming the field `parent`.
   */
  findEnvironment(organizationId: string, name: string): Promise<string>;
}

export const EVENT_DEFINITION_CATALOG = Symbol('EventDefinitionCatalog');

export interface LocatedEnvironment {
  readonly environmentId: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** Differs whenever what applies differs. Opaque. */
  readonly revision: string;
}

export interface DescribedProject {
  readonly projectId: string;
  readonly undefinedEvents: EventPolicy['undefinedEvents'];
  readonly definitions: readonly DescribedEvent[];
}

export interface DescribedEvent {
  /** Database id of the definition. */
  readonly id: string;
  readonly version: number;
  readonly definition: EventDefinition;
}
