import { createHash } from 'node:crypto';

import {
  type CheckedEnvironment,
  type Environment,
  ITEM_KINDS,
  itemChanges,
  type ItemChanges,
  type ItemKind,
  type ProjectState,
  servesRunning,
  type TouchedItems,
} from '@sortition/declaration';
import { SNAPSHOT_FORMAT, type Snapshot } from '@sortition/evaluation';

import type { PublishedStep, StoredSnapshot } from '../domain/published-snapshot.js';
import { PublishedItems, type ItemText } from './published-items.js';

/** Changes after which the whole state is stored again; whoever reads it applies as many at most. */
const MOST_STEPS = 100;

/** What a process remembers of one environment: what was published last, and what was checked last. */
export class EnvironmentImage {
  private readonly items: PublishedItems;
  private revision: number;
  private wholeRevision: number;
  private bytesSinceWhole = 0;
  private wholeBytes: number;

  /**
   * @param latest what was published last; undefined: nothing yet.
   * @param checked undefined: the environment has to be checked as a whole.
   */
  constructor(
    private readonly environment: Environment,
    latest: StoredSnapshot | undefined,
    public checked: CheckedEnvironment | undefined,
  ) {
    this.items = new PublishedItems(latest && (JSON.parse(latest.json) as Snapshot));
    this.revision = latest?.revision ?? 0;
    this.wholeRevision = latest?.wholeRevision ?? 0;
    this.wholeBytes = latest?.json.length ?? 0;
  }

  get isPublished(): boolean {
    return this.revision > 0;
  }

  /**
   * The next revision when evaluation would see a difference in what was touched; undefined otherwise. From then on the
   * image is of that revision.
   */
  publish(organization: string, state: ProjectState, touched: TouchedItems): PublishedStep | undefined {
    const { id: environmentId, key: environment } = this.environment;
    const changes = this.differing(itemChanges(state, touched, { environment, servesExperiment: servesRunning }));
    if (this.isPublished && !changes) return undefined;

    const fromRevision = this.revision;
    this.revision += 1;
    if (changes) this.adopt(changes);
    const header = { organization, project: state.project.key, environment, revision: this.revision };
    const deltaJson = fromRevision > 0 && changes ? deltaOf(fromRevision, changes) : undefined;
    this.bytesSinceWhole += deltaJson?.length ?? 0;
    const isWholeDue =
      deltaJson === undefined ||
      this.revision - this.wholeRevision >= MOST_STEPS ||
      this.bytesSinceWhole > this.wholeBytes;
    // Evaluators check a whole state against its hash, so the hash is of the text.
    const json = this.items.wholeJson(header);
    if (isWholeDue) {
      this.wholeRevision = this.revision;
      this.bytesSinceWhole = 0;
      this.wholeBytes = json.length;
    }
    return {
      environmentId,
      revision: this.revision,
      contentHash: createHash('sha256').update(json).digest('hex'),
      deltaJson,
      wholeJson: isWholeDue ? json : undefined,
    };
  }

  private differing(changes: ItemChanges): TextChanges | undefined {
    const differing = (kind: ItemKind): TextChanges[ItemKind] => ({
      upserted: changes[kind].upserted.flatMap((item) => this.items.difference(kind, item) ?? []),
      removed: changes[kind].removed,
    });
    const all = { flags: differing('flags'), segments: differing('segments'), layers: differing('layers') };
    const isEmpty = ITEM_KINDS.every((kind) => all[kind].upserted.length + all[kind].removed.length === 0);
    return isEmpty ? undefined : all;
  }

  private adopt(changes: TextChanges): void {
    for (const kind of ITEM_KINDS) {
      for (const item of changes[kind].upserted) this.items.put(kind, item);
      for (const key of changes[kind].removed) this.items.remove(kind, key);
    }
  }
}

/** What differs from what was published, by kind. */
type TextChanges = Readonly<
  Record<ItemKind, { readonly upserted: readonly ItemText[]; readonly removed: readonly string[] }>
>;

/** Canonical JSON of the delta, from items that are text already. */
function deltaOf(fromRevision: number, { flags, segments, layers }: TextChanges): string {
  const kindJson = ({ upserted, removed }: TextChanges[ItemKind]): string =>
    `{"removed":${JSON.stringify(removed)},"upserted":[${upserted.map(({ json }) => json).join(',')}]}`;
  const none = kindJson({ upserted: [], removed: [] });
  const members = [
    ['flags', kindJson(flags)],
    ['format', JSON.stringify(SNAPSHOT_FORMAT)],
    ['fromRevision', String(fromRevision)],
    ['holdouts', none],
    ['layers', kindJson(layers)],
    ['lists', none],
    ['revision', String(fromRevision + 1)],
    ['segments', kindJson(segments)],
  ];
  return `{${members.map(([name, json]) => `"${String(name)}":${String(json)}`).join(',')}}`;
}
