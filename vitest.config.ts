import { defineConfig } from 'vitest/config';

/** Six projects, one a kind of test: `unit` does no I/O, each of the others has an embedded stack. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{libs,services,apps,tools,tests,bench,examples}/**/src/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.int.test.ts'],
          testTimeout: 20_000, // a busy machine is not a failure
        },
      },
      {
        test: {
          name: 'int',
          include: ['{libs,services,apps,tools,bench,examples}/**/tests/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tools/dev-stack/src/testing/servers-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/*.e2e.test.ts'],
          exclude: ['**/node_modules/**'],
          globalSetup: ['tests/e2e/support/stack-setup.ts'],
          setupFiles: ['tests/e2e/support/just-signed-in.ts'],
          fileParallelism: false, // the files share one stack
          testTimeout: 180_000, // longer than the waits in it, so that the wait says what was missing
          hookTimeout: 180_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'keycloak',
          include: ['tests/{e2e/keycloak,faults/tests}/*.keycloak.test.ts'],
          exclude: ['**/node_modules/**'],
          fileParallelism: false, // each file has a Keycloak of its own
          testTimeout: 180_000, // some wait for most of the minute within which somebody is refused
          hookTimeout: 60_000, // to stop a Keycloak and a whole stack
        },
      },
      {
        test: {
          name: 'faults',
          include: ['tests/faults/tests/**/*.faults.test.ts'],
          exclude: ['**/node_modules/**'],
          fileParallelism: false, // each file breaks a whole stack of its own
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'secrecy',
          include: ['tests/secrecy/tests/**/*.secrecy.test.ts'],
          exclude: ['**/node_modules/**'],
          hookTimeout: 900_000, // the whole run, and the scan of what it left, are in one hook
        },
      },
    ],
  },
});
