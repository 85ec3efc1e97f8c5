import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { NODE_FLAGS } from './node-flags.js';

const flags = NODE_FLAGS.join(' ');

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

describe('what Node.js is told', () => {
  it('stands in the first line of the command', () => {
    expect(textOf('../bin/sortition.js').split('\n')[0]).toBe(`#!/usr/bin/env -S node ${flags}`);
  });

  it.each(['start', 'demo'])('stands in the script %s', (name) => {
    const { scripts } = JSON.parse(textOf('../../../package.json')) as { scripts: Record<string, string> };
    expect(scripts[name]).toContain(`node ${flags} apps/cli/bin/sortition.js`);
  });
});
