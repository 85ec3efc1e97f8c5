import { escapeHtml } from './escape-html.js';

/** One interval on a common axis. */
export interface PlottedInterval {
  readonly label: string;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly isSignificant: boolean;
}

const WIDTH = 760;
const LABEL_WIDTH = 220;
const RIGHT_MARGIN = 24;
const ROW_HEIGHT = 44;
const AXIS_HEIGHT = 34;

/**
 * Draws intervals one below the other around a line at 0, as an SVG that needs nothing from outside.
 *
 * @param format writes a value of the axis, for example as percent.
 * @param description what a reader who does not see the picture is told.
 */
export function intervalPlot(
  intervals: readonly PlottedInterval[],
  format: (value: number) => string,
  description: string,
): string {
  const lowest = Math.min(0, ...intervals.map(({ lower }) => lower));
  const highest = Math.max(0, ...intervals.map(({ upper }) => upper));
  const ticks = ticksBetween(lowest, highest);
  const [first = 0, last = 1] = [ticks[0], ticks.at(-1)];
  const span = last - first || 1;
  const x = (value: number): string =>
    (LABEL_WIDTH + ((value - first) / span) * (WIDTH - LABEL_WIDTH - RIGHT_MARGIN)).toFixed(1);
  const height = intervals.length * ROW_HEIGHT + AXIS_HEIGHT;
  const bottom = intervals.length * ROW_HEIGHT;

  const grid = ticks.map(
    (tick) =>
      `<line class="${tick === 0 ? 'zero' : 'grid'}" x1="${x(tick)}" x2="${x(tick)}" y1="4" y2="${bottom}"/>` +
      `<text class="tick" x="${x(tick)}" y="${bottom + 20}" text-anchor="middle">${escapeHtml(format(tick))}</text>`,
  );
  const rows = intervals.map(({ label, value, lower, upper, isSignificant }, index) => {
    const y = index * ROW_HEIGHT + ROW_HEIGHT / 2;
    return (
      `<g class="${isSignificant ? 'significant' : 'open'}">` +
      `<text class="label" x="0" y="${y + 5}">${escapeHtml(label)}</text>` +
      `<line class="interval" x1="${x(lower)}" x2="${x(upper)}" y1="${y}" y2="${y}"/>` +
      `<line class="interval" x1="${x(lower)}" x2="${x(lower)}" y1="${y - 6}" y2="${y + 6}"/>` +
      `<line class="interval" x1="${x(upper)}" x2="${x(upper)}" y1="${y - 6}" y2="${y + 6}"/>` +
      `<circle class="estimate" cx="${x(value)}" cy="${y}" r="6"/>` +
      `</g>`
    );
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(description)}">` +
    `${grid.join('')}${rows.join('')}</svg>`
  );
}

/** Round numbers that enclose the range, about six of them, 0 among them. */
export function ticksBetween(lowest: number, highest: number): readonly number[] {
  const range = highest - lowest;
  if (!(range > 0)) return [-1, 0, 1];
  const rough = range / 5;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * magnitude >= rough) ?? 10) * magnitude;
  const from = Math.floor(lowest / step);
  const to = Math.ceil(highest / step);
  return Array.from({ length: to - from + 1 }, (_, index) => Number(((from + index) * step).toPrecision(12)) + 0);
}
