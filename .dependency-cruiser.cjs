// The import table (docs/adr/0002-import-table.md), held by `npm run deps`.
const lib = (name) => `^libs/${name}/`;
/** What tests stand on: anybody's specs may reach it, and nothing but tests (see `product-without-test-support`). */
const testSupport = ['^test/(contracts|support|fixtures)/', '/testing/'];
const tests = ['\\.spec\\.ts$', '^test/', '/testing/'];

/** Everything in `from` may reach only what `allowed` matches: other paths of ours are an error. */
function only(name, from, allowed) {
  return {
    name,
    severity: 'error',
    from: { path: from },
    to: { path: '^(libs|apps|test)/', pathNot: [...allowed, ...testSupport] },
  };
}

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'product-without-test-support',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: tests },
      to: { path: testSupport },
    },
    only('core-imports-core', lib('core'), [lib('core')]),
    {
      name: 'core-is-pure',
      comment: 'core runs in browsers: no package but those of @noble, no Node module outside *.node.ts',
      severity: 'error',
      from: { path: lib('core'), pathNot: [...tests, '\\.node\\.ts$'] },
      to: {
        dependencyTypesNot: ['local', 'undetermined', 'aliased', 'aliased-subpath-import'],
        pathNot: '@noble/(hashes|curves|post-quantum)',
      },
    },
    only('ports-import-core', lib('ports'), [lib('ports'), lib('core')]),
    only('adapters-import-ports', '^libs/adapters/([^/]+)/', [
      '^libs/adapters/$1/',
      lib('ports'),
      lib('core'),
      lib('platform'),
    ]),
    only('features-import-ports', '^libs/features/([^/]+)/', [
      '^libs/features/$1/',
      lib('ports'),
      lib('core'),
      lib('platform'),
    ]),
    only('platform-imports-core', lib('platform'), [lib('platform'), lib('core'), lib('ports')]),
    only('apps-import-libs', '^apps/([^/]+)/', [
      '^apps/$1/',
      '^apps/composition/',
      '^libs/',
      '^apps/witness/index\\.ts$',
    ]),
    {
      name: 'libraries-by-their-index',
      severity: 'error',
      from: {
        path: '^(libs/core|libs/ports|libs/platform|libs/adapters/[^/]+|libs/features/[^/]+|apps/[^/]+|test)/',
      },
      to: {
        path: '^libs/(core|ports|platform|adapters/[^/]+|features/[^/]+)/',
        pathNot: ['^$1/', '^libs/(core|ports|platform|adapters/[^/]+|features/[^/]+)/index\\.ts$'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      conditionNames: ['attestry-source', 'import', 'node', 'default', 'types'],
      // @medplum/fhirtypes has types and nothing else.
      mainFields: ['main', 'types'],
      exportsFields: ['exports'],
    },
  },
};
