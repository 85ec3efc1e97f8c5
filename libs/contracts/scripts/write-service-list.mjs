/**
 * Writes the list of services and the exports of generated modules from the descriptors, so that a new proto file needs
 * no line anywhere. Runs after the code generator, which empties the folder of generated files.
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const here = (path) => new URL(`../${path}`, import.meta.url);
const { file: files } = fromBinary(FileDescriptorSetSchema, readFileSync(here('descriptors/sortition.binpb')));
const served = files
  .flatMap(({ name, package: of, service }) => service.map((each) => ({ file: name, of, service: each.name })))
  .map(({ file, of, service }) => ({
    path: file.replace(/\.proto$/, '.js'),
    fullName: `${of}.${service}`,
    definition: `${service}Service`,
    alias: `${[...of.split('.'), service].map(capitalized).join('')}Definition`,
  }))
  .sort((one, other) => (one.fullName < other.fullName ? -1 : 1));

const imports = served.map(({ path, definition, alias }) => `import { ${definition} as ${alias} } from './${path}';`);
const entries = served.map(({ fullName, alias }) => `  '${fullName}': ${alias},`);
writeFileSync(
  here('src/generated/services.ts'),
  `// Written by scripts/write-service-list.mjs from the descriptors.
${imports.join('\n')}

/** Every service of the platform by its full name, in the form that grpc-js registers. */
export const SERVICES = {
${entries.join('\n')}
} as const;
`,
);

/** Modules whose name does not follow from their file. */
const NAMES = {
  'sortition/admin/v1/audit_service.proto': 'adminAudit',
  'sortition/assignment/v1/assignment_service.proto': 'assignment',
  'sortition/assignment/v1/interoperability_service.proto': 'interoperability',
  'sortition/events/v1/data_service.proto': 'eventsData',
  'sortition/events/v1/events_service.proto': 'events',
  'sortition/events/v1/quarantine_service.proto': 'quarantine',
  'sortition/metrics/v1/results_service.proto': 'results',
  'flagd/evaluation/v1/evaluation.proto': 'flagdEvaluationV1',
  'flagd/evaluation/v2/evaluation.proto': 'flagdEvaluationV2',
  'flagd/sync/v1/sync.proto': 'flagdSync',
  'google/rpc/error_details.proto': 'rpcErrorDetails',
  'google/rpc/status.proto': 'rpcStatus',
};

const modules = files
  .map(({ name }) => [NAMES[name] ?? regularName(name), name.replace(/\.proto$/, '.js')])
  .filter(([name]) => name !== undefined)
  .sort(([one], [other]) => (one < other ? -1 : 1));
writeFileSync(
  here('src/generated/modules.ts'),
  `// Written by scripts/write-service-list.mjs from the descriptors.
${modules.map(([name, path]) => `export * as ${name} from './${path}';`).join('\n')}
`,
);

/** `sortition/admin/v1/flag_service.proto` is `adminFlags`, `sortition/types/v1/flag.proto` is `typesFlag`. */
function regularName(file) {
  const [, part, subject] = /^sortition\/(admin|types)\/v1\/(\w+?)(?:_service)?\.proto$/.exec(file) ?? [];
  if (part === undefined) return undefined;
  const words = subject.split('_').map(capitalized).join('');
  return `${part}${words}${part === 'admin' ? 's' : ''}`;
}

function capitalized(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
