import { Inject, Injectable } from '@nestjs/common';
import { type MonotonicClock, DomainError, type JsonObject } from '@sortition/kernel';
import { LRUCache } from 'lru-cache';

import { MONOTONIC_CLOCK } from '../../../runtime/clock-token.js';
import {
  compileEventSchema,
  type DescribedEvent,
  type DescribedProject,
  EVENT_DEFINITION_CATALOG,
  type EventDefinitionCatalog,
  type EventSchema,
  type LocatedEnvironment,
} from '../../admin/index.js';
import type { EnvironmentRules, EventDefinitions } from '../application/event-definitions.js';
import type { EventRules, ProjectRules } from '../domain/event-rules.js';

/** How old what is known may be before it is asked for again. */
const REFRESH_MS = 2_000;
const MAX_ENVIRONMENTS = 20_000;
const MAX_PROJECTS = 2_000;
const MAX_PENDING = 1_000;

interface KnownEnvironment extends LocatedEnvironment {
  readonly checkedMs: number;
}

interface KnownProject extends ProjectRules {
  readonly revision: string;
  /** By definition and version, so that an unchanged schema is not compiled anew. */
  readonly compiled: ReadonlyMap<string, EventRules>;
}

/** {@link EventDefinitions} from the catalog, for the environments and projects used last. */
@Injectable()
export class CachedEventDefinitions implements EventDefinitions {
  private readonly environments = new LRUCache<string, KnownEnvironment>({ max: MAX_ENVIRONMENTS });
  private readonly projects = new LRUCache<string, KnownProject>({ max: MAX_PROJECTS });
  private readonly pending = new Set<string>();
  private isAsking = false;
  private failedMs = -Infinity;

  constructor(
    @Inject(EVENT_DEFINITION_CATALOG) private readonly catalog: EventDefinitionCatalog,
    @Inject(MONOTONIC_CLOCK) private readonly clock: MonotonicClock,
  ) {}

  known(environmentId: string): ProjectRules | undefined {
    const environment = this.environments.get(environmentId);
    const rules = environment && this.projects.get(environment.projectId);
    const now = this.clock.now();
    const isOld = !environment || !rules || now - environment.checkedMs >= REFRESH_MS;
    if (isOld && now - this.failedMs >= REFRESH_MS && this.pending.size < MAX_PENDING) this.ask(environmentId);
    return rules;
  }

  async current(environmentIds: readonly string[]): Promise<ReadonlyMap<string, EnvironmentRules>> {
    try {
      await this.refresh(environmentIds);
    } catch (error) {
      const isAway = error instanceof DomainError && error.code === 'DATABASE_UNAVAILABLE';
      if (!isAway || !environmentIds.every((id) => this.rulesOf(id))) throw error;
    }
    return new Map(
      environmentIds.flatMap((id) => {
        const found = this.rulesOf(id);
        return found ? [[id, found] as const] : [];
      }),
    );
  }

  private rulesOf(environmentId: string): EnvironmentRules | undefined {
    const environment = this.environments.get(environmentId);
    const rules = environment && this.projects.get(environment.projectId);
    return rules && { organizationId: environment.organizationId, rules };
  }

  private ask(environmentId: string): void {
    this.pending.add(environmentId);
    if (this.isAsking) return;
    this.isAsking = true;
    void this.answerPending();
  }

  private async answerPending(): Promise<void> {
    try {
      while (this.pending.size > 0) {
        const ids = [...this.pending];
        await this.refresh(ids);
        for (const id of ids) this.pending.delete(id);
      }
    } catch {
      // What is not known is not held against an event; the next one asks again.
      this.failedMs = this.clock.now();
      this.pending.clear();
    } finally {
      this.isAsking = false;
    }
  }

  private async refresh(environmentIds: readonly string[]): Promise<void> {
    const checkedMs = this.clock.now();
    const located = await this.catalog.locate(environmentIds);
    const revisions = new Map(located.map(({ projectId, revision }) => [projectId, revision]));
    const changed = [...revisions].filter(([id, revision]) => this.projects.peek(id)?.revision !== revision);
    const described = changed.length === 0 ? [] : await this.catalog.describe(changed.map(([id]) => id));
    for (const project of described) {
      const { projectId } = project;
      const known = rulesOf(project, revisions.get(projectId) ?? '', this.projects.peek(projectId)?.compiled);
      this.projects.set(projectId, known);
    }
    for (const environment of located) this.environments.set(environment.environmentId, { ...environment, checkedMs });
  }
}

function rulesOf(
  { undefinedEvents, definitions }: DescribedProject,
  revision: string,
  before: ReadonlyMap<string, EventRules> = new Map(),
): KnownProject {
  const compiled = new Map(
    definitions.map((described) => {
      const key = `${described.id}:${described.version}`;
      return [key, before.get(key) ?? eventRulesOf(described)] as const;
    }),
  );
  const events = new Map(
    definitions.flatMap(({ id, version, definition }) => {
      const rules = compiled.get(`${id}:${version}`);
      return rules ? [[definition.event, rules] as const] : [];
    }),
  );
  return { undefinedEvents, events, revision, compiled };
}

function eventRulesOf({ version, definition }: DescribedEvent): EventRules {
  const { value = { presence: 'optional' }, requiredUnits, personalData, schema } = definition;
  let compiled: EventSchema | undefined;
  return {
    version,
    value,
    requiredUnits,
    personalData: personalData.map((path) => path.split('.')),
    // Compiled when the first event of the name comes: most definitions of most projects are never used here.
    propertyProblem: (properties) => schema && (compiled ??= schemaOf(schema)).problemOf(properties),
  };
}

/** What was stored was compiled before; should it not compile here, it is not held against the events. */
function schemaOf(schema: JsonObject): EventSchema {
  const result = compileEventSchema(schema, 'schema');
  return 'schema' in result ? result.schema : { problemOf: () => undefined };
}
