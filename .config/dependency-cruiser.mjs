const pure = '^libs/(kernel|evaluation|declaration|statistics|metric-sql|metrics|plugin-sdk)/src/';
const testCode = '\\.spec\\.ts$|/(test|testing|bench|proofs|clients|simulate)/';

/** The import law of the repository: who may depend on whom. */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // The engine is an optional download of its own, and found only where `npm run engine` has fetched it.
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^chdb$' } },
    {
      name: 'clickhouse-engine-is-optional',
      severity: 'error',
      from: { pathNot: '^libs/plugins/warehouse-clickhouse/engine/' },
      to: { path: '(^|/)chdb($|/)' },
    },
    { name: 'libs-are-below', severity: 'error', from: { path: '^libs/' }, to: { path: '^(apps|providers)/' } },
    { name: 'providers-are-beside-apps', severity: 'error', from: { path: '^providers/' }, to: { path: '^apps/' } },
    {
      name: 'migrations-are-frozen',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^(apps|libs|providers)/' },
    },
    {
      name: 'pure-libs-use-no-framework',
      severity: 'error',
      from: { path: pure, pathNot: testCode },
      to: { path: 'node_modules/(@nestjs|typeorm|@grpc|pg|fastify|@duckdb)/' },
    },
    {
      name: 'pure-libs-do-no-io',
      severity: 'error',
      from: { path: pure, pathNot: testCode },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-libs-see-only-kernel',
      severity: 'error',
      from: { path: '^libs/(statistics|metric-sql|plugin-sdk)/src/', pathNot: testCode },
      to: { path: '^libs/', pathNot: ['^libs/$1/', '^libs/kernel/'] },
    },
    {
      name: 'evaluation-sees-only-kernel-and-what-plugins-see',
      severity: 'error',
      from: { path: '^libs/evaluation/src/', pathNot: testCode },
      to: { path: '^libs/', pathNot: ['^libs/evaluation/', '^libs/(kernel|plugin-sdk)/'] },
    },
    {
      name: 'declaration-sees-only-kernel-and-evaluation',
      severity: 'error',
      from: { path: '^libs/declaration/src/', pathNot: testCode },
      to: { path: '^libs/', pathNot: ['^libs/declaration/', '^libs/(kernel|evaluation)/'] },
    },
    {
      name: 'metrics-sees-what-it-joins',
      severity: 'error',
      from: { path: '^libs/metrics/src/', pathNot: testCode },
      to: { path: '^libs/', pathNot: ['^libs/metrics/', '^libs/(kernel|declaration|metric-sql|statistics)/'] },
    },
    {
      name: 'kernel-sees-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/src/', pathNot: testCode },
      to: { pathNot: '^libs/kernel/' },
    },
    {
      name: 'plugins-see-only-the-sdk',
      severity: 'error',
      from: { path: '^libs/plugins/([^/]+)/', pathNot: testCode },
      to: { path: '^(libs|apps|providers)/', pathNot: ['^libs/plugins/$1/', '^libs/plugin-sdk/'] },
    },
    {
      name: 'module-public-index-only',
      severity: 'error',
      from: { path: '^apps/platform/src/modules/([^/]+)/' },
      to: {
        path: '^apps/platform/src/modules/([^/]+)/',
        pathNot: ['^apps/platform/src/modules/$1/', '^apps/platform/src/modules/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '/modules/[^/]+/domain/', pathNot: testCode },
      to: { path: '(/(application|infra|transport)/|node_modules/(@nestjs|typeorm|@grpc|fastify)/|^libs/contracts/)' },
    },
    {
      name: 'application-knows-no-transport',
      severity: 'error',
      from: { path: '/modules/[^/]+/application/', pathNot: testCode },
      to: { path: '(/modules/[^/]+/(infra|transport)/|node_modules/(typeorm|@grpc|fastify)/|^libs/contracts/)' },
    },
    {
      name: 'infra-knows-no-transport',
      severity: 'error',
      from: { path: '/modules/[^/]+/infra/', pathNot: testCode },
      to: { path: '(/modules/[^/]+/transport/|^libs/contracts/)' },
    },
    {
      name: 'generated-types-stay-at-the-edge',
      severity: 'error',
      from: { pathNot: ['/transport/', '/runtime/grpc/', '^providers/', '^apps/cli/', '^libs/contracts/', testCode] },
      to: { path: '^libs/contracts/' },
    },
    {
      name: 'tests-only',
      severity: 'error',
      from: { pathNot: [testCode, '^libs/testing/'] },
      to: { path: '^libs/testing/|/modules/[^/]+/testing/' },
    },
    {
      name: 'no-deep-workspace-imports',
      severity: 'error',
      from: { path: '^(apps|libs|providers|migrations)/(plugins/)?([^/]+)/' },
      to: { path: '/dist/', pathNot: 'node_modules' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    exclude: '(^|/)(dist|fresh-apps)/',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@sortition/source', 'import', 'types', 'default'],
    },
  },
};
