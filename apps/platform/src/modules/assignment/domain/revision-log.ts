/** A published change as evaluators receive it. */
export interface LoggedDelta {
  readonly fromRevision: number;
  readonly revision: number;
  /** Hash of the state after the change. */
  readonly contentHash: string;
  /** UTF-8 JSON of the delta format. */
  readonly json: Uint8Array;
}

/** A published state as evaluators receive it. */
export interface LoggedState {
  readonly revision: number;
  /** Names the state, as the delta that leads to it does. */
  readonly contentHash: string;
  /** Lower-case hexadecimal SHA-256 of `json`, which evaluators check. They know the state by it from then on. */
  readonly textHash: string;
  /** UTF-8 JSON of the snapshot format. */
  readonly json: Uint8Array;
}

/** What brings an evaluator from what it holds to the newest revision, in order. */
export interface CatchUp {
  /** Present when the evaluator has to start anew. */
  readonly full: LoggedState | undefined;
  readonly deltas: readonly LoggedDelta[];
}

/** Deltas kept for evaluators that resume. */
export const KEPT_DELTAS = 256;

/**
 * The recent history of an environment: one whole state and the consecutive deltas around it. It needs no database to
 * bring any evaluator up to date. Immutable.
 */
export class RevisionLog {
  private constructor(
    private readonly base: LoggedState,
    /** Consecutive; the last one ends at the newest revision. */
    private readonly deltas: readonly LoggedDelta[],
    /** Hash of the state from which the first delta starts. */
    private readonly firstHash: string,
    /** Under which evaluators know states that they were sent as a whole, by revision. */
    private readonly textHashes: ReadonlyMap<number, string>,
  ) {}

  static from(base: LoggedState): RevisionLog {
    return new RevisionLog(base, [], base.contentHash, new Map([[base.revision, base.textHash]]));
  }

  get revision(): number {
    return this.deltas.at(-1)?.revision ?? this.base.revision;
  }

  get contentHash(): string {
    return this.deltas.at(-1)?.contentHash ?? this.base.contentHash;
  }

  /** Size of the whole state's JSON. */
  get bytes(): number {
    return this.base.json.length;
  }

  /** Whether the deltas since the whole state weigh more than a whole state, so that a newer one should replace it. */
  get needsNewBase(): boolean {
    const since = this.deltasSince(this.base.revision) ?? [];
    const bytes = since.reduce((sum, { json }) => sum + json.length, 0);
    return since.length >= KEPT_DELTAS / 2 || bytes > this.base.json.length;
  }

  /** The newest whole state when it is at hand. */
  get newest(): LoggedState | undefined {
    return this.base.revision === this.revision ? this.base : undefined;
  }

  /** @param delta starts from the newest revision. */
  append(delta: LoggedDelta): RevisionLog {
    const all = [...this.deltas, delta];
    const afterBase = all.findIndex((each) => each.fromRevision === this.base.revision);
    const surplus = Math.max(0, all.length - KEPT_DELTAS);
    const firstKept = afterBase < 0 ? surplus : Math.min(surplus, afterBase);
    const firstHash = firstKept === 0 ? this.firstHash : (all[firstKept - 1]?.contentHash ?? this.firstHash);
    return new RevisionLog(this.base, all.slice(firstKept), firstHash, this.textHashes);
  }

  /** Takes a whole state of a revision that the log knows, or starts anew from it. */
  rebase(base: LoggedState): RevisionLog {
    if (this.hashAt(base.revision) !== base.contentHash) return RevisionLog.from(base);
    const kept = [...this.textHashes].filter(([revision]) => this.hashAt(revision) !== undefined);
    return new RevisionLog(base, this.deltas, this.firstHash, new Map([...kept, [base.revision, base.textHash]]));
  }

  /** What an evaluator that holds `revision` with `contentHash` needs; 0 and empty when it holds nothing. */
  catchUp(revision: number, contentHash: string): CatchUp {
    if (this.isHeldBy(revision, contentHash)) return { full: undefined, deltas: this.deltasSince(revision) ?? [] };
    return { full: this.base, deltas: this.deltasSince(this.base.revision) ?? [] };
  }

  /** Whether the hash is one of the state of the revision. Only states that were whole here are known by their text. */
  isHeldBy(revision: number, contentHash: string): boolean {
    const hash = this.hashAt(revision);
    if (hash === undefined || contentHash === '') return false;
    return hash === contentHash || this.textHashes.get(revision) === contentHash;
  }

  private hashAt(revision: number): string | undefined {
    if (revision === (this.deltas[0]?.fromRevision ?? this.base.revision)) return this.firstHash;
    return this.deltas.find((delta) => delta.revision === revision)?.contentHash;
  }

  private deltasSince(revision: number): readonly LoggedDelta[] | undefined {
    if (revision === this.revision) return [];
    const start = this.deltas.findIndex((delta) => delta.fromRevision === revision);
    return start < 0 ? undefined : this.deltas.slice(start);
  }
}
