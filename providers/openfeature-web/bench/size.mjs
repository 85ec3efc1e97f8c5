/** What the provider adds to a page: minified and compressed, without the OpenFeature SDK. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const LIMIT_BYTES = 6_000;

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../dist/index.js', import.meta.url))],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  external: ['@openfeature/*'],
  write: false,
});
const [{ contents }] = outputFiles;
const compressed = gzipSync(contents, { level: 9 }).length;
console.log(`${contents.length} bytes minified, ${compressed} bytes compressed, limit ${LIMIT_BYTES}`);
if (compressed > LIMIT_BYTES) process.exit(1);
