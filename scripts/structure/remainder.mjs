// What does not meet the targets yet. This list only ever gets shorter.

/** The figures that are over their target, each with what it may be until then. */
export const figuresSoFar = {
  roomImports: 100,
  longParameterLists: 6,
  booleanParameters: 20,
};

/** Folders and files that still contain tell-tale words. */
export const foldersWithWords = [
  'docs/configuration.md',
  'docs/conformance.md',
  'docs/metrics.md',
  'docs/overload.md',
  'packages/collate-simulator',
  'packages/idp-simulator',
  'scripts/test/using.test.ts',
  'services/gateway/src/commands',
  'services/gateway/src/composition',
  'services/gateway/src/config',
  'services/gateway/src/credentials',
  'services/gateway/src/http',
  'services/gateway/src/main.ts',
  'services/gateway/src/observability',
  'services/gateway/src/secrets',
  'services/gateway/test',
];

/** Packages with exports that only their own tests use. */
export const packagesWithUnusedExports = [];
