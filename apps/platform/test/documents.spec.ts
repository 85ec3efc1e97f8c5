import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DECISIONS = join(ROOT, 'apps/platform/docs/adr');

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const SCRIPT = /npm run (?:-s )?([\w:-]+)((?: -w [\w/-]+)?)((?: -- [\w./-]+)?)/g;
const FENCE = /^```.*?^```/gms;

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
}

const FILES = filesBelow(ROOT);
const DOCUMENTS = FILES.filter((file) => file.endsWith('.md') && !/\/(?:flagd|ofrep)-schema\//.test(file));
const SPECS = FILES.filter((file) => file.endsWith('.spec.ts'));
const WORKSPACES = workspaces();

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git', '.sortition', '.packages'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function workspaces(): readonly string[] {
  return (manifestOf(ROOT).workspaces ?? []).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const folder = pattern.slice(0, -2);
    return readdirSync(join(ROOT, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => existsSync(join(ROOT, path, 'package.json')));
  });
}

/** The anchors that a document has, as GitHub makes them. */
function anchorsOf(document: string): readonly string[] {
  const headings = [...document.replace(FENCE, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8').replace(FENCE, '');
  const targets = [...text.matchAll(LINK)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const linked = path === '' ? file : resolve(dirname(file), path);
    if (!existsSync(linked)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(linked, 'utf8')).includes(anchor);
  });
}

/** The scripts that a document tells to run and nobody can. */
function missingScripts(file: string): readonly string[] {
  const own = WORKSPACES.find((workspace) => file.startsWith(join(ROOT, workspace) + '/'));
  return [...readFileSync(file, 'utf8').matchAll(SCRIPT)].flatMap(
    ([command, name = '', option = '', argument = '']) => {
      const workspace = option.slice(' -w '.length);
      const folders =
        workspace === '' ? [ROOT, ...(own === undefined ? [] : [join(ROOT, own)])] : [join(ROOT, workspace)];
      const isKnown = folders.some(
        (folder) => existsSync(join(folder, 'package.json')) && manifestOf(folder).scripts?.[name] !== undefined,
      );
      const specs = name === 'jest' ? argument.slice(' -- '.length) : '';
      const isFound = specs === '' || SPECS.some((spec) => relative(ROOT, spec).includes(specs));
      return isKnown && isFound ? [] : [command];
    },
  );
}

describe('the documents', () => {
  it('link to files and headings that exist', () => {
    const broken = DOCUMENTS.flatMap((file) => brokenLinks(file).map((target) => `${relative(ROOT, file)}: ${target}`));

    expect(broken).toEqual([]);
    expect(DOCUMENTS.length).toBeGreaterThan(40);
  });

  it('name scripts, workspaces and specs that exist', () => {
    const missing = DOCUMENTS.flatMap((file) => missingScripts(file).map((name) => `${relative(ROOT, file)}: ${name}`));

    expect(missing).toEqual([]);
  });

  it('are there for every workspace', () => {
    const without = WORKSPACES.filter((workspace) => !existsSync(join(ROOT, workspace, 'README.md')));

    expect(without).toEqual([]);
  });

  it('list every decision with its title', () => {
    const index = readFileSync(join(DECISIONS, 'README.md'), 'utf8');
    const decisions = readdirSync(DECISIONS).filter((name) => /^\d{4}-/.test(name));
    const lines = decisions.map((name) => {
      const title = /^# (.+)$/m.exec(readFileSync(join(DECISIONS, name), 'utf8'))?.[1] ?? '';
      return `[${title}](${name})`;
    });

    expect(lines.filter((line) => !index.includes(line))).toEqual([]);
    expect([...index.matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(([, name]) => name).sort()).toEqual(decisions.sort());
  });

  it('are reached from the README', () => {
    const reached = new Set<string>();
    const follow = (file: string): void => {
      if (reached.has(file) || !existsSync(file) || !file.endsWith('.md')) return;
      reached.add(file);
      for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(LINK)) {
        if (/^[a-z]+:/.test(target)) continue;
        const linked = resolve(dirname(file), target.split('#')[0] ?? '');
        follow(existsSync(linked) && statSync(linked).isDirectory() ? join(linked, 'README.md') : linked);
      }
    };
    follow(join(ROOT, 'README.md'));

    expect(DOCUMENTS.filter((file) => !reached.has(file)).map((file) => relative(ROOT, file))).toEqual([]);
  });
});
