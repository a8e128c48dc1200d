/** Who may import whom (docs/adr, style: a pure core, thin edges, one file that wires them). */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const service = '^services/([^/]+)/';

module.exports = {
  forbidden: [
    forbid('no-cycles', 'A cycle is two files that are one.', { pathNot: '\\.test\\.ts$' }, { circular: true }),
    forbid(
      'no-service-imports-a-service',
      'A service calls another one, or hears its events.',
      { path: service },
      { path: service, pathNot: '^services/$1/' },
    ),
    forbid(
      'libs-stand-below',
      'A library knows no service, app or tool.',
      { path: '^libs/', pathNot: '(\\.test\\.ts$|/tests/)' },
      { path: '^(services|apps|tools|bench|examples|tests)/' },
    ),
    forbid(
      'apps-talk-to-the-gateway',
      'The UI knows contracts, and of sealing what runs in a browser.',
      { path: '^apps/admin-ui/src' },
      { path: '^(services|tools|libs/(bus|sdk|providers|telemetry)|libs/sealing/src/index)' },
    ),
    forbid(
      'the-cli-talks-to-the-gateway',
      'It seals for the vault, and speaks HTTP.',
      { path: '^apps/cli/src' },
      { path: '^(services|tools|libs/(bus|sdk|providers|telemetry))/', pathNot: '^services/vault/src/adapters/backup/index\\.ts$' },
    ),
    forbid(
      'only-backups-reach-into-the-vault',
      'They run on the vault’s host, on its database and keys.',
      { path: '^apps/cli/src', pathNot: '^apps/cli/src/backup/' },
      { path: '^services/vault/' },
    ),
    forbid(
      'kernel-knows-nobody',
      'The kernel has no dependencies.',
      { path: '^libs/kernel/src', pathNot: '\\.test\\.ts$' },
      { pathNot: '^libs/kernel/' },
    ),
    forbid(
      'contracts-know-the-kernel',
      'Contracts stand on the kernel and zod.',
      { path: '^libs/contracts/src', pathNot: '\\.test\\.ts$' },
      { path: '^(libs/(?!contracts|kernel)|services|apps|tools)' },
    ),
    forbid(
      'the-core-is-pure',
      'No node:, no adapters, no ports in the decider.',
      { path: '^services/vault/src/credential/', pathNot: '\\.test\\.ts$' },
      {
        path: '^(node:|services/vault/src/(adapters|ports|commands|queries|subscribers|secrets))',
        pathNot: '^services/vault/src/credential/',
      },
    ),
    forbid(
      'the-core-does-no-io',
      'No node: in the decider.',
      { path: '^services/vault/src/credential/', pathNot: '\\.test\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'only-main-knows-adapters',
      'The rest knows ports.',
      { path: '^services/[^/]+/src/', pathNot: '(/(main|kek)\\.ts$|/adapters/|/clients/|/testing/|\\.test\\.ts$)' },
      { path: '^services/[^/]+/src/adapters/' },
    ),
    forbid('nobody-imports-main', 'Only the process starts it.', {}, { path: '^services/[^/]+/src/main\\.ts$' }),
    forbid(
      'the-browser-half-is-browser-safe',
      'What the browser loads imports nothing of Node.',
      { path: '^libs/sealing/src/(browser|seal-once|command-id|sealing-aad|canonical-json|base64url|mask|sealing-keys|hpke-suite)\\.ts$' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'the-checker-shares-nothing',
      'Who judges the product shares no code with it.',
      { path: '^tests/faults/src/(check/|judge|credential-history|run-facts)' },
      { path: '^(libs|services|apps|tools|bench|examples)/' },
    ),
    forbid(
      'test-code-stays-in-tests',
      'No product file imports a test.',
      { pathNot: '(\\.test\\.tsx?$|/tests?/)' },
      { path: '\\.test\\.tsx?$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|var)/' },
    parser: 'swc',
    tsPreCompilationDeps: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
