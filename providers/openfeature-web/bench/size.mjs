/** What the provider and its modules add to a page: minified and compressed, without the OpenFeature SDK. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const LIMIT_BYTES = 6_000;
const MODULES = ['shareAmongTabs', 'networkFirst', 'keepUnsentEvents', 'Consent', 'AnonymousId'];
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));

const alone = await sizeOf([]);
console.log(`${alone.minified} bytes minified, ${alone.compressed} bytes compressed, limit ${LIMIT_BYTES}`);
for (const name of MODULES) {
  const { minified, compressed } = await sizeOf([name]);
  console.log(
    `with ${name}: ${minified - alone.minified} more minified, ${compressed - alone.compressed} more compressed`,
  );
}
const all = await sizeOf(MODULES);
console.log(`with all of them: ${all.minified} bytes minified, ${all.compressed} bytes compressed`);
if (alone.compressed > LIMIT_BYTES) process.exit(1);

async function sizeOf(modules) {
  const names = ['SortitionWebProvider', ...modules].join(', ');
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(entry)};`, resolveDir: '.' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['@openfeature/*'],
    write: false,
  });
  const [{ contents }] = outputFiles;
  return { minified: contents.length, compressed: gzipSync(contents, { level: 9 }).length };
}
