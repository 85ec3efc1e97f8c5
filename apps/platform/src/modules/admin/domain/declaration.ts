import type { BucketingProgram, Condition, Gate, Prerequisite, Target, Allocation } from '@sortition/evaluation';
import type { JsonObject, JsonValue } from '@sortition/kernel';

import type { EventDefinition } from './event-definition.js';
import type { EventPolicy } from './event-policy.js';
import type { ExperimentState } from './experiment-definition.js';
import type { FlagDefinition } from './flag-definition.js';
import type { MetricDefinition } from './metric-definition.js';

/** What a project is to contain, as people write it. DECLARATION_SCHEMA is its JSON Schema. */
export interface Declaration {
  readonly version: 1;
  readonly flags?: readonly DeclaredFlag[];
  readonly segments?: readonly DeclaredSegment[];
  readonly layers?: readonly DeclaredLayer[];
  readonly eventPolicy?: Partial<EventPolicy>;
  readonly eventDefinitions?: readonly DeclaredEventDefinition[];
  readonly metrics?: readonly DeclaredMetric[];
  readonly experiments?: readonly DeclaredExperiment[];
}

export interface DeclaredFlag {
  readonly key: string;
  readonly type: FlagDefinition['type'];
  readonly variants: Readonly<Record<string, JsonValue>>;
  readonly description?: string;
  readonly schema?: JsonObject | null;
  readonly owner?: string;
  readonly tags?: readonly string[];
  readonly lifetime?: FlagDefinition['lifetime'];
  readonly clientVisible?: boolean;
  readonly environments?: Readonly<Record<string, DeclaredConfiguration>>;
}

export interface DeclaredConfiguration {
  readonly enabled?: boolean;
  readonly rules?: readonly DeclaredRule[];
  readonly defaultVariant?: string | null;
  readonly offVariant?: string | null;
  readonly prerequisites?: readonly Prerequisite[];
  readonly targets?: readonly Target[];
}

/** Exactly one of variant, callerDefault, split, rollout and experiment says what it serves. */
export interface DeclaredRule {
  readonly key: string;
  readonly condition?: Condition;
  /** RFC 3339. */
  readonly schedule?: { readonly start?: string; readonly end?: string };
  readonly fallThrough?: boolean;
  readonly variant?: string;
  readonly callerDefault?: true;
  readonly split?: DeclaredSplit;
  readonly rollout?: {
    readonly variant: string;
    readonly percent: number;
    readonly salt?: string;
    readonly unit?: string;
  };
  readonly experiment?: string;
}

/** Shares of the native program, or the allocations of an imported flag in the units of its own program. */
export interface DeclaredSplit {
  readonly salt?: string;
  readonly unit?: string;
  readonly variants?: DeclaredShares;
  readonly allocations?: readonly Allocation[];
  readonly program?: BucketingProgram;
  readonly gates?: readonly Gate[];
}

export type DeclaredShares = readonly DeclaredShare[] | Readonly<Record<string, number>>;

export interface DeclaredShare {
  readonly variant: string;
  readonly percent: number;
}

export interface DeclaredSegment {
  readonly key: string;
  readonly description?: string;
  readonly condition: Condition;
}

export interface DeclaredLayer {
  readonly key: string;
  readonly description?: string;
  readonly salt?: string;
}

export interface DeclaredEventDefinition {
  readonly key: string;
  /** Absent: the key. */
  readonly event?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly schema?: JsonObject | null;
  readonly value?: EventDefinition['value'] | null;
  readonly requiredUnits?: readonly string[];
  readonly personalData?: readonly string[];
  readonly compatibility?: EventDefinition['compatibility'];
}

export interface DeclaredMetric {
  readonly key: string;
  readonly description?: string;
  readonly kind: MetricDefinition['kind'];
  readonly event: string;
  readonly aggregation?: MetricDefinition['aggregation'];
  /** For example `7d`. */
  readonly window?: string | null;
  readonly direction?: MetricDefinition['direction'];
}

export interface DeclaredExperiment {
  readonly key: string;
  readonly hypothesis?: string;
  readonly flag: string;
  readonly environment: string;
  readonly unit?: string | null;
  readonly control: string;
  readonly variants: DeclaredShares;
  readonly layer?: string | null;
  readonly buckets?: number | null;
  readonly metrics?: { readonly success?: readonly string[]; readonly guardrail?: readonly string[] };
  readonly alpha?: number;
  readonly salt?: string;
  readonly sticky?: boolean;
  readonly intakePaused?: boolean;
  readonly state?: ExperimentState;
}
