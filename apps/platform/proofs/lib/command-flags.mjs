import { readFileSync } from 'node:fs';

const [firstLine] = readFileSync(new URL('../../../cli/bin/sortition.js', import.meta.url), 'utf8').split('\n', 1);

/** What the command `sortition` tells Node.js in its first line. Servers that it is compared with get the same. */
export const COMMAND_FLAGS = firstLine.split(' ').filter((word) => word.startsWith('--'));
