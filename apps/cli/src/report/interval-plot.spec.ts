import { describe, expect, it } from '@jest/globals';

import { intervalPlot, ticksBetween } from './interval-plot.js';

describe('the ticks of an axis', () => {
  it.each([
    [0, 0.28, [0, 0.1, 0.2, 0.3]],
    [-0.003, 0.127, [-0.05, 0, 0.05, 0.1, 0.15]],
    [-12, 3, [-15, -10, -5, 0, 5]],
    [0, 0, [-1, 0, 1]],
  ])('from %p to %p are round numbers around it', (lowest, highest, ticks) => {
    expect(ticksBetween(lowest, highest)).toEqual(ticks);
  });
});

describe('an interval plot', () => {
  const interval = { label: 'rate: <b>', value: 0.1, lower: 0.05, upper: 0.15, isSignificant: true };

  it('tells who does not see it what it shows, and takes labels as text', () => {
    const svg = intervalPlot([interval], String, 'rate "on" +10%');

    expect(svg).toContain('role="img" aria-label="rate &quot;on&quot; +10%"');
    expect(svg).toContain('rate: &lt;b&gt;');
    expect(svg).not.toContain('<b>');
  });

  it('draws no coordinate outside of the picture', () => {
    const svg = intervalPlot([interval, { ...interval, lower: -0.4, isSignificant: false }], String, '');
    const xs = [...svg.matchAll(/(?:x1|x2|cx)="([^"]+)"/g)].map(([, x]) => Number(x));

    expect(Math.min(...xs)).toBeGreaterThanOrEqual(220);
    expect(Math.max(...xs)).toBeLessThanOrEqual(736);
  });
});
