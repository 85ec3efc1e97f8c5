const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Milliseconds of a window such as `7d`; the schema has checked its form. */
export function windowMsOf(window: string): number {
  const [, count = '', unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(window) ?? [];
  const size = UNITS.find(([name]) => name === unit)?.[1] ?? Number.NaN;
  return Number(count) * size;
}

/** The window in its largest whole unit. */
export function declaredWindow(windowMs: number): string {
  const [unit, size] = UNITS.find(([, unitMs]) => windowMs % unitMs === 0) ?? ['ms', 1];
  return `${windowMs / size}${unit}`;
}
