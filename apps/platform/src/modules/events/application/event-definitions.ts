import type { ProjectRules } from '../domain/event-rules.js';

/** What applies to the events of an environment. */
export interface EnvironmentRules {
  readonly organizationId: string;
  readonly rules: ProjectRules;
}

/** The event definitions of all projects, kept in memory for those whose events are taken. */
export interface EventDefinitions {
  /**
   * What is known now, without waiting; undefined when it is not. Asks in the background for what is unknown or may be
   * out of date.
   */
  known(environmentId: string): ProjectRules | undefined;
  /**
   * What applies now. Environments that do not exist are left out. While the database is away what is known applies.
   *
   * @throws DomainError DATABASE_UNAVAILABLE when it is away and something is not known.
   */
  current(environmentIds: readonly string[]): Promise<ReadonlyMap<string, EnvironmentRules>>;
}

export const EVENT_DEFINITIONS = Symbol('EventDefinitions');
