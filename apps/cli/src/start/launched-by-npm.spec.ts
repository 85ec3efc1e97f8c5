import { describe, expect, it } from '@jest/globals';

import { parseEnvironment } from '../config/command-environment.js';
import { isLaunchedByNpm } from './launched-by-npm.js';

describe('a command is taken as launched by npm', () => {
  it.each([
    ['start', 'sortition start', true],
    ['start', 'tsc -b && node --max-semi-space-size=64 apps/cli/bin/sortition.js start', true],
    ['flags', 'sortition start --data-dir .flags', true],
    ['npx', 'sortition', true],
    // As npm 11 writes it.
    ['npx', "'sortition'", true],
    ['start', 'sortition start & node server.js', false],
    ['start', 'sortition start --output json &', false],
    ['test', 'node start-platform.mjs && jest', false],
    ['npx', 'jest', false],
  ])('by the script %s: %s, %s', (event, script, expected) => {
    const environment = parseEnvironment({ npm_lifecycle_event: event, npm_lifecycle_script: script });

    expect(isLaunchedByNpm(environment)).toBe(expected);
  });

  it('not without npm', () => {
    expect(isLaunchedByNpm(parseEnvironment({}))).toBe(false);
  });
});
