import { readFileSync, statSync } from 'node:fs';

const BUNDLE = new URL('../dist/bundle/', import.meta.url);

/** Whether there is a bundle and nothing that it was made from was built again. */
export function isBundleFresh() {
  try {
    const madeFrom = new URL('made-from.json', BUNDLE);
    const { mtimeMs } = statSync(madeFrom);
    // Installed packages come without the marks of their builds.
    return JSON.parse(readFileSync(madeFrom, 'utf8')).every(
      (mark) => (statSync(new URL(mark, BUNDLE), { throwIfNoEntry: false })?.mtimeMs ?? 0) <= mtimeMs,
    );
  } catch {
    return false;
  }
}
