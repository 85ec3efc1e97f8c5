import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const TARGET_BYTES = 8 * 1024;

const ENTRIES = {
  'core (loadSnapshot, evaluate, begin, finish, applyDelta)': "export { loadSnapshot } from './dist/core/index.js';",
  'with checks and every program (compileSnapshot)': "export { compileSnapshot } from './dist/index.js';",
  'with checks, programs and standard operators':
    "export { compileSnapshot } from './dist/index.js'; export { standardOperators } from './dist/operators/index.js';",
  everything: "export * from './dist/index.js'; export * from './dist/operators/index.js';",
};

const table = [];
for (const [name, contents] of Object.entries(ENTRIES)) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
  });
  const [{ contents: bytes }] = outputFiles;
  table.push({ bundle: name, minified: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length });
  if (process.argv.includes('--inputs') && table.length === 1) {
    const [{ inputs }] = Object.values(metafile.outputs);
    console.table(
      Object.entries(inputs)
        .map(([file, { bytesInOutput }]) => ({ file: file.slice(-60), bytesInOutput }))
        .sort((a, b) => b.bytesInOutput - a.bytesInOutput),
    );
  }
}
console.log(`Bundle sizes in bytes; target of the core: ${TARGET_BYTES} gzipped`);
console.table(table);
