import {
  allItems,
  CheckedEnvironment,
  type Checked,
  checkReferences,
  NO_ENVIRONMENT,
  type ProjectDraft,
  type ProjectState,
  refuseDistinct,
  type ResourceChange,
  type ResourceTable,
  touchedItems,
  type TouchedItems,
  touchesNothing,
} from '@sortition/declaration';
import type { CompileOptions } from '@sortition/evaluation';
import type { FieldViolation, Steps } from '@sortition/kernel';

import { inTurns } from '../../../runtime/in-turns.js';
import type { PublishedStep } from '../domain/published-snapshot.js';
import type { AdminSession } from './admin-database.js';
import { EnvironmentImage } from './environment-image.js';

/** What a process remembers of a project between writes, so that a write costs what it changes. */
export class ProjectImage {
  /** Of environments with an image, by id. */
  private readonly environments = new Map<string, EnvironmentImage>();
  /** Stands for all environments while the project has none. */
  private bare: CheckedEnvironment | undefined;

  constructor(
    /** The state of the project that this is an image of. */
    public stateId: string | undefined,
    readonly table: ResourceTable,
  ) {}

  /** How much the image holds, in resources. */
  get size(): number {
    return this.table.size * (1 + this.environments.size);
  }

  /**
   * Makes ready what a change needs.
   *
   * @param base the project as it is stored.
   */
  async load(session: AdminSession, base: ProjectState, operators: CompileOptions): Promise<void> {
    for (const environment of base.environments) {
      if (this.environments.has(environment.id)) continue;
      const latest = await session.snapshots.latest(environment.id);
      const checked = valid(await inTurns(CheckedEnvironment.of(base, environment.key, operators)));
      this.environments.set(environment.id, await inTurns(EnvironmentImage.of(environment, latest, checked)));
    }
    if (base.environments.length === 0) {
      this.bare ??= valid(await inTurns(CheckedEnvironment.of(base, NO_ENVIRONMENT, operators)));
    }
  }

  /**
   * Checks what a draft changed.
   *
   * @returns what `adopt` takes once the changes are to be stored.
   * @throws DomainError INVALID_CONFIGURATION whose violations list every problem.
   */
  *check(draft: ProjectDraft, changes: readonly ResourceChange[], operators: CompileOptions): Steps<CheckedChange> {
    yield* checkReferences(draft, changes);
    const found: FieldViolation[] = [];
    const checked = new Map<string, CheckedEnvironment>();
    const keep = (id: string, result: Checked): void => {
      if (result instanceof CheckedEnvironment) checked.set(id, result);
      else found.push(...result.violations);
    };
    for (const { id, key } of draft.environments) {
      keep(id, yield* checkedAfter(draft, changes, key, this.environments.get(id)?.checked, operators));
    }
    if (draft.environments.length === 0) {
      keep(NO_ENVIRONMENT, yield* checkedAfter(draft, changes, NO_ENVIRONMENT, this.bare, operators));
    }
    refuseDistinct(found);
    return { changes, checked };
  }

  /** Takes over checked changes. @returns the revisions to publish. */
  *adopt(
    organization: string,
    draft: ProjectDraft,
    { changes, checked }: CheckedChange,
  ): Steps<readonly PublishedStep[]> {
    const steps: PublishedStep[] = [];
    for (const { id, key } of draft.environments) {
      const image = this.environments.get(id);
      if (!image) continue;
      const touched = image.isPublished ? yield* touchedItems(draft, key, changes) : allItems(draft);
      const step = yield* image.publish(organization, draft, touched);
      if (step) steps.push(step);
    }
    for (const { before, after } of changes) {
      this.table.replace(before, after);
      yield;
    }
    for (const [id, image] of this.environments) image.checked = checked.get(id);
    this.bare = checked.get(NO_ENVIRONMENT);
    return steps;
  }
}

/** Changes that were found right, with what they make of each environment, by id. */
export interface CheckedChange {
  readonly changes: readonly ResourceChange[];
  readonly checked: ReadonlyMap<string, CheckedEnvironment>;
}

/** What was stored by other rules may not hold any more; then a change is checked as a whole. */
function valid(checked: Checked): CheckedEnvironment | undefined {
  return checked instanceof CheckedEnvironment ? checked : undefined;
}

function* checkedAfter(
  state: ProjectState,
  changes: readonly ResourceChange[],
  environment: string,
  before: CheckedEnvironment | undefined,
  operators: CompileOptions,
): Steps<Checked> {
  if (!before) return yield* CheckedEnvironment.of(state, environment, operators);
  const touched: TouchedItems = yield* touchedItems(state, environment, changes);
  return touchesNothing(touched) ? before : yield* before.after(state, touched);
}
