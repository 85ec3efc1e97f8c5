/** Files of a new plugin with one targeting operator, by path below its folder. */
export function pluginTemplate(name: string): Readonly<Record<string, string>> {
  const word = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return {
    'package.json': `${JSON.stringify(
      {
        name,
        version: '0.1.0',
        type: 'module',
        main: './dist/index.js',
        exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
        files: ['dist'],
        scripts: { build: 'tsc', test: 'tsc && sortition plugin test .' },
        peerDependencies: { '@sortition/plugin-sdk': '^0.1.0' },
        devDependencies: { typescript: '^6.0.0' },
      },
      undefined,
      2,
    )}\n`,
    'tsconfig.json': `${JSON.stringify(
      {
        compilerOptions: {
          target: 'es2023',
          module: 'nodenext',
          strict: true,
          declaration: true,
          rootDir: 'src',
          outDir: 'dist',
        },
        include: ['src'],
      },
      undefined,
      2,
    )}\n`,
    'src/index.ts': `import { definePlugin, defineTargetingOperator } from '@sortition/plugin-sdk';

/** Matches when the attribute \`hour\` lies within the hours of a rule: { "from": 9, "to": 17 }. */
export const ${word} = defineTargetingOperator({
  name: '${word}.matches',
  parse(args) {
    const { from, to } = (args ?? {}) as { from?: unknown; to?: unknown };
    if (typeof from !== 'number' || typeof to !== 'number') throw new TypeError('needs "from" and "to", hours of the day');
    return { from, to };
  },
  matches: ({ from, to }, { hour }) => typeof hour === 'number' && hour >= from && hour < to,
  examples: [
    { arguments: { from: 9, to: 17 }, context: { hour: 9 }, matches: true },
    { arguments: { from: 9, to: 17 }, context: { hour: 17 }, matches: false },
  ],
});

export default definePlugin({
  name: '${name}',
  version: '0.1.0',
  apiVersion: '^1.0.0',
  open: () => ({ targetingOperators: [${word}] }),
});
`,
    'README.md': `# ${name}

A plugin for Sortition with the targeting operator \`${word}.matches\`.

\`\`\`sh
npm install
npm test                                     # builds it and checks that it keeps the rules of its kind
echo '{"plugins": ["./${name}"]}' > ../plugins.json
sortition start --plugins ../plugins.json    # from the folder that holds plugins.json: --plugins plugins.json
\`\`\`

A rule uses it as \`condition: { operator: ${word}.matches, arguments: { from: 9, to: 17 } }\`. An application that decides in
process gives \`${word}\` to the option \`operators\` of the server provider; without it the platform decides these flags.
`,
  };
}
