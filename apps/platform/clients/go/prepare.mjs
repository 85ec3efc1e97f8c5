/**
 * What the Go program is built with: the modules as the Go proxy serves them, or, where the proxy lacks those of
 * OpenFeature's contributed providers, the checkouts in the folder that SORTITION_GO_SOURCES names:
 * go-sdk-contrib, flagd and flagd-schemas of https://github.com/open-feature. From these the modules of buf.build are
 * generated, in the build folder.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BUF = fileURLToPath(new URL('../../../../node_modules/.bin/buf', import.meta.url));
const BUF_MODULES = 'buf.build/gen/go/open-feature/flagd';
const GENERATORS = [
  'google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.11',
  'google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.1',
  'connectrpc.com/connect/cmd/protoc-gen-connect-go@v1.19.1',
];
const SERVICES = [
  ['flagd/evaluation/v1', 'evaluationv1'],
  ['flagd/evaluation/v2', 'evaluationv2'],
  ['flagd/sync/v1', 'syncv1'],
];

/** @returns the program to start. @throws with what is missing. */
export async function prepareGo(cache, run) {
  const folder = join(cache, 'go');
  await mkdir(folder, { recursive: true });
  for (const name of ['main.go', 'values.go', 'go.mod']) await cp(join(HERE, name), join(folder, name));
  const program = join(folder, 'runner');
  const build = () =>
    run('go', ['build', '-mod=mod', '-o', program, '.'], {
      cwd: folder,
      env: { ...env, GOFLAGS: '', GOTOOLCHAIN: 'local' },
    });
  const sources = env.SORTITION_GO_SOURCES;
  if (sources === undefined) {
    try {
      await build();
    } catch (error) {
      throw new Error(
        `the Go proxy does not serve OpenFeature's contributed providers (${firstRefusal(error.message)}); set SORTITION_GO_SOURCES to a folder with checkouts of open-feature/{go-sdk-contrib,flagd,flagd-schemas}`,
        { cause: error },
      );
    }
    return [program];
  }
  for (const name of ['go-sdk-contrib', 'flagd', 'flagd-schemas']) {
    if (!existsSync(join(sources, name))) throw new Error(`SORTITION_GO_SOURCES has no folder "${name}"`);
  }
  await useCheckouts(folder, sources, run);
  await build();
  return [program];
}

async function useCheckouts(folder, sources, run) {
  const generated = join(folder, 'generated');
  await generate(generated, join(sources, 'flagd-schemas', 'protobuf'), join(folder, 'bin'), run);
  // The checkout's own module file asks for modules that only other parts of flagd need.
  const core = join(folder, 'flagd-core');
  await cp(join(sources, 'flagd', 'core'), core, { recursive: true });
  const coreModule = await readFile(join(core, 'go.mod'), 'utf8');
  const kept = coreModule.split('\n').filter((line) => !/open-feature-operator|k8s\.io|gocloud\.dev/.test(line));
  await writeFile(join(core, 'go.mod'), kept.join('\n'));
  const replaced = {
    'github.com/open-feature/go-sdk-contrib/providers/flagd': join(sources, 'go-sdk-contrib', 'providers', 'flagd'),
    'github.com/open-feature/go-sdk-contrib/providers/ofrep': join(sources, 'go-sdk-contrib', 'providers', 'ofrep'),
    'github.com/open-feature/flagd/core': core,
    'github.com/open-feature/flagd-schemas': join(sources, 'flagd-schemas'),
    [`${BUF_MODULES}/protocolbuffers/go`]: join(generated, 'protocolbuffers'),
    [`${BUF_MODULES}/grpc/go`]: join(generated, 'grpc'),
    [`${BUF_MODULES}/connectrpc/go`]: join(generated, 'connectrpc'),
  };
  const edits = Object.entries(replaced).map(([module, path]) => `-replace=${module}=${path}`);
  await run('go', ['mod', 'edit', ...edits], { cwd: folder });
}

async function generate(generated, protos, bin, run) {
  await mkdir(bin, { recursive: true });
  for (const generator of GENERATORS)
    await run('go', ['install', generator], { cwd: bin, env: { ...env, GOBIN: bin } });
  const paths = { protocolbuffers: 'protocolbuffers/go', grpc: 'grpc/go', connectrpc: 'connectrpc/go' };
  const plugins = Object.entries({ protocolbuffers: 'go', grpc: 'go-grpc', connectrpc: 'connect-go' }).map(
    ([folder, plugin]) => ({
      local: join(bin, `protoc-gen-${plugin}`),
      out: join(generated, folder),
      opt: [
        ...SERVICES.map(
          ([place, name]) =>
            `M${place}/${place.includes('sync') ? 'sync' : 'evaluation'}.proto=${importPath(folder, paths, place, name)}`,
        ),
        `module=${BUF_MODULES}/${folder === 'grpc' ? 'grpc/go' : 'protocolbuffers/go'}`,
        ...(folder === 'connectrpc' ? ['simple=false'] : []),
      ],
    }),
  );
  const template = { version: 'v2', plugins };
  // Without the module file beside them, whose dependencies nothing here needs.
  const copied = join(generated, 'protos');
  await cp(join(protos, 'flagd'), join(copied, 'flagd'), { recursive: true });
  await run(BUF, ['generate', copied, '--template', JSON.stringify(template)], { cwd: bin });
  const requires = [
    'google.golang.org/protobuf v1.36.11',
    'google.golang.org/grpc v1.82.1',
    'connectrpc.com/connect v1.19.1',
  ];
  for (const [folder, place] of Object.entries(paths)) {
    const own = folder === 'protocolbuffers' ? [] : [`${BUF_MODULES}/protocolbuffers/go v0.0.0`];
    const lines = [...requires, ...own].map((each) => `\t${each}`);
    await writeFile(
      join(generated, folder, 'go.mod'),
      `module ${BUF_MODULES}/${place}\n\ngo 1.24\n\nrequire (\n${lines.join('\n')}\n)\n`,
    );
  }
  for (const [place, name] of SERVICES) await aliasMessages(generated, place, name);
}

/** The generator for gRPC writes into the package of the messages; buf.build has a package of its own beside it. */
function importPath(folder, paths, place, name) {
  if (folder === 'grpc') return `${BUF_MODULES}/${paths.grpc}/${place}/${name}grpc;${name}grpc`;
  return `${BUF_MODULES}/${paths.protocolbuffers}/${place};${name}`;
}

/** Names of the messages for that package. */
async function aliasMessages(generated, place, name) {
  const messages = join(generated, 'protocolbuffers', place);
  const [file] = (await readdir(messages)).filter((each) => each.endsWith('.pb.go'));
  const names = [...(await readFile(join(messages, file), 'utf8')).matchAll(/^type ([A-Z]\w*) struct/gm)].map(
    ([, each]) => each,
  );
  const aliases = names.map((each) => `type ${each} = messages.${each}`).join('\n');
  const source = `package ${name}grpc\n\nimport messages "${BUF_MODULES}/protocolbuffers/go/${place}"\n\n${aliases}\n`;
  await writeFile(join(generated, 'grpc', place, `${name}grpc`, 'messages.go'), source);
}

function firstRefusal(message) {
  return (
    message
      .split('\n')
      .find((line) => /403|404|not available|no matching/.test(line))
      ?.trim() ?? message.split('\n')[0]
  );
}
