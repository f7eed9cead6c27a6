import { defineConfig } from 'vitest/config';

// Node.js gets these as --conditions too, so neither 'import' nor 'module' may be among them: a CommonJS require would then load ES modules.
const source = ['source', 'node'];

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: ['node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
    globalSetup: ['packages/node/src/testing/postgres-setup.ts'],
    reporters: ['default', './tools/summary-reporter.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
