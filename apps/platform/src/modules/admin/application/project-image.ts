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
import type { FieldViolation } from '@sortition/kernel';

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
      const checked = valid(CheckedEnvironment.of(base, environment.key, operators));
      this.environments.set(environment.id, new EnvironmentImage(environment, latest, checked));
    }
    if (base.environments.length === 0) {
      this.bare ??= valid(CheckedEnvironment.of(base, NO_ENVIRONMENT, operators));
    }
  }

  /**
   * Checks what a draft changed.
   *
   * @returns what `adopt` takes once the changes are to be stored.
   * @throws DomainError INVALID_CONFIGURATION whose violations list every problem.
   */
  check(draft: ProjectDraft, changes: readonly ResourceChange[], operators: CompileOptions): CheckedChange {
    checkReferences(draft, changes);
    const found: FieldViolation[] = [];
    const checked = new Map<string, CheckedEnvironment>();
    const keep = (id: string, result: Checked): void => {
      if (result instanceof CheckedEnvironment) checked.set(id, result);
      else found.push(...result.violations);
    };
    for (const { id, key } of draft.environments) {
      keep(id, checkedAfter(draft, changes, key, this.environments.get(id)?.checked, operators));
    }
    if (draft.environments.length === 0) {
      keep(NO_ENVIRONMENT, checkedAfter(draft, changes, NO_ENVIRONMENT, this.bare, operators));
    }
    refuseDistinct(found);
    return { changes, checked };
  }

  /** Takes over checked changes. @returns the revisions to publish. */
  adopt(organization: string, draft: ProjectDraft, { changes, checked }: CheckedChange): readonly PublishedStep[] {
    const steps = draft.environments.flatMap(({ id, key }) => {
      const image = this.environments.get(id);
      const touched = image?.isPublished === true ? touchedItems(draft, key, changes) : allItems(draft);
      return image?.publish(organization, draft, touched) ?? [];
    });
    for (const { before, after } of changes) this.table.replace(before, after);
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

function checkedAfter(
  state: ProjectState,
  changes: readonly ResourceChange[],
  environment: string,
  before: CheckedEnvironment | undefined,
  operators: CompileOptions,
): Checked {
  if (!before) return CheckedEnvironment.of(state, environment, operators);
  const touched: TouchedItems = touchedItems(state, environment, changes);
  return touchesNothing(touched) ? before : before.after(state, touched);
}
