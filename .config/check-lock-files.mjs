import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of the optional ClickHouse engine, which tests use where it was fetched, on Linux with x64 alone. */
const NEVER_FETCHED = /^node_modules\/@chdb\/lib-(darwin-arm64|darwin-x64|linux-arm64-gnu)$/;

/** Fails when a package of a lock file lacks its checksum, as npm would then install whatever it is given. */
const files = execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' }).trim().split('\n');
const unchecked = files.flatMap((file) =>
  Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
    .filter(([path, entry]) => /(^|\/)node_modules\//.test(path) && !entry.link && !entry.integrity)
    .filter(([path]) => !NEVER_FETCHED.test(path))
    .map(([path]) => `${file}: ${path} has no integrity`),
);
if (unchecked.length > 0) {
  console.error(unchecked.join('\n'));
  console.error(
    'npm leaves out what it did not fetch. Remove these entries, and run `npm install --package-lock-only` where node_modules is absent.',
  );
  process.exit(1);
}
console.log(`Every package of ${files.join(' and ')} that is fetched has its integrity.`);
