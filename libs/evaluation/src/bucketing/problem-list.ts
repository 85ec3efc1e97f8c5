import type { FieldViolation } from '@sortition/kernel';

/** Collects what is wrong with a value under a path. Every description quotes the value. */
export class ProblemList {
  readonly violations: FieldViolation[] = [];

  /** Adds a violation unless `holds`. Returns `holds`, so that later checks can depend on it. */
  require(holds: boolean, field: string, value: unknown, expectation: string): boolean {
    if (!holds) this.violations.push({ field, description: `${quoted(value)} ${expectation}` });
    return holds;
  }
}

/** Whether the value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumberIn(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

export function isIntegerIn(value: unknown, least: number, most: number): value is number {
  return isNumberIn(value, least, most) && Number.isInteger(value);
}

const QUOTED_LENGTH = 80;

function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, QUOTED_LENGTH));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
