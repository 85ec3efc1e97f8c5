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
import type { Steps } from '@sortition/kernel';

import type { PublishedStep, StoredSnapshot } from '../domain/published-snapshot.js';
import { PublishedItems, type ItemText } from './published-items.js';

/** Changes after which the whole state is stored again; whoever reads it applies as many at most. */
const MOST_STEPS = 100;

/** What a process remembers of one environment: what was published last, and what was checked last. */
export class EnvironmentImage {
  private revision: number;
  private contentHash: string;
  private wholeRevision: number;
  private bytesSinceWhole = 0;
  private wholeBytes: number;

  private constructor(
    private readonly environment: Environment,
    private readonly items: PublishedItems,
    latest: StoredSnapshot | undefined,
    public checked: CheckedEnvironment | undefined,
  ) {
    this.revision = latest?.revision ?? 0;
    this.contentHash = latest?.contentHash ?? '';
    this.wholeRevision = latest?.wholeRevision ?? 0;
    this.wholeBytes = latest?.json.length ?? 0;
  }

  /**
   * @param latest what was published last; undefined: nothing yet.
   * @param checked undefined: the environment has to be checked as a whole.
   */
  static *of(
    environment: Environment,
    latest: StoredSnapshot | undefined,
    checked: CheckedEnvironment | undefined,
  ): Steps<EnvironmentImage> {
    const items = yield* PublishedItems.of(latest && (JSON.parse(latest.json) as Snapshot));
    return new EnvironmentImage(environment, items, latest, checked);
  }

  get isPublished(): boolean {
    return this.revision > 0;
  }

  /**
   * The next revision when evaluation would see a difference in what was touched; undefined otherwise. From then on the
   * image is of that revision.
   */
  *publish(organization: string, state: ProjectState, touched: TouchedItems): Steps<PublishedStep | undefined> {
    const { id: environmentId, key: environment } = this.environment;
    const changes = yield* this.differing(
      yield* itemChanges(state, touched, { environment, servesExperiment: servesRunning }),
    );
    if (this.isPublished && !changes) return undefined;

    const fromRevision = this.revision;
    this.revision += 1;
    if (changes) yield* this.adopt(changes);
    const header = { organization, project: state.project.key, environment, revision: this.revision };
    const deltaJson = fromRevision > 0 && changes ? deltaOf(fromRevision, changes) : undefined;
    this.bytesSinceWhole += deltaJson?.length ?? 0;
    const isWholeDue =
      deltaJson === undefined ||
      this.revision - this.wholeRevision >= MOST_STEPS ||
      this.bytesSinceWhole > this.wholeBytes;
    const wholeJson = isWholeDue ? this.items.wholeJson(header) : undefined;
    if (wholeJson !== undefined) {
      this.wholeRevision = this.revision;
      this.bytesSinceWhole = 0;
      this.wholeBytes = wholeJson.length;
    }
    this.contentHash = wholeJson === undefined ? hashOf(this.contentHash, '\n', deltaJson ?? '') : hashOf(wholeJson);
    return { environmentId, revision: this.revision, contentHash: this.contentHash, deltaJson, wholeJson };
  }

  private *differing(changes: ItemChanges): Steps<TextChanges | undefined> {
    const { items } = this;
    const differing = function* (kind: ItemKind): Steps<TextChanges[ItemKind]> {
      const upserted: ItemText[] = [];
      for (const item of changes[kind].upserted) {
        const text = items.difference(kind, item);
        if (text) upserted.push(text);
        yield;
      }
      return { upserted, removed: changes[kind].removed };
    };
    const all = {
      flags: yield* differing('flags'),
      segments: yield* differing('segments'),
      layers: yield* differing('layers'),
    };
    const isEmpty = ITEM_KINDS.every((kind) => all[kind].upserted.length + all[kind].removed.length === 0);
    return isEmpty ? undefined : all;
  }

  private *adopt(changes: TextChanges): Steps<void> {
    for (const kind of ITEM_KINDS) {
      for (const item of changes[kind].upserted) {
        this.items.put(kind, item);
        yield;
      }
      for (const key of changes[kind].removed) this.items.remove(kind, key);
    }
  }
}

function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
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
