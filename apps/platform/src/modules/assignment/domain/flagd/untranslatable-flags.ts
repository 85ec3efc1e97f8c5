/** What flagd cannot express exactly. */
export type LeftOutCode =
  | 'ARRAY_VALUE'
  | 'ATTRIBUTE_PATH'
  | 'BUCKETING_PROGRAM'
  | 'IGNORE_CASE'
  | 'LARGE_LIST'
  | 'NETWORK'
  | 'NON_ASCII_SALT'
  | 'PLUGIN_OPERATOR'
  | 'PREREQUISITE'
  | 'REFERENCE_IN_VALUE'
  | 'REGULAR_EXPRESSION'
  | 'RESERVED_VARIANT'
  | 'SCHEDULE'
  | 'SEGMENT'
  | 'STICKY'
  | 'STRUCTURED_VALUE'
  | 'TEXT_BEYOND_BMP'
  | 'TIMESTAMP'
  | 'TOO_LARGE';

/** One thing that keeps a flag out of the translation. */
export interface LeftOutReason {
  /** Where in the flag, for example `rules.beta`. */
  readonly path: string;
  readonly code: LeftOutCode;
  /** What it is, for people. */
  readonly message: string;
}

/** A flag that flagd's evaluators do not receive. */
export interface LeftOutFlag {
  readonly flag: string;
  readonly reasons: readonly LeftOutReason[];
}

/** Of flagd's `fractional`: 2 hashes text, 3 hashes its CBOR. */
export type FractionalVersion = 2 | 3;

/** Collects what cannot be expressed while a flag or a segment is translated. */
export class Findings {
  private readonly found: LeftOutReason[] = [];
  private path = '';
  private readonly used = new Set<FractionalVersion>();

  /** Versions of flagd's `fractional` that divide as what was translated does. */
  get fractionals(): ReadonlySet<FractionalVersion> {
    return this.used;
  }

  useFractional(version: FractionalVersion): void {
    this.used.add(version);
  }

  get reasons(): readonly LeftOutReason[] {
    return this.found;
  }

  /** Notes a reason at the current path. Returns an expression to go on with, which nobody will see. */
  note(code: LeftOutCode, message: string): false {
    const isKnown = this.found.some((each) => each.path === this.path && each.message === message);
    if (!isKnown) this.found.push({ path: this.path, code, message });
    return false;
  }

  /** Translates what is at a path. */
  at<T>(path: string, translate: () => T): T {
    const outer = this.path;
    this.path = path;
    try {
      return translate();
    } finally {
      this.path = outer;
    }
  }
}
