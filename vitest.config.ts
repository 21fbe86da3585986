import { defaultExclude, defineConfig } from 'vitest/config';

/** Emulating a machine takes minutes of both processors: `npm run test:vm` asks for these, `npm test` runs them last. */
const virtualMachine = ['tests/kernels/vm.test.ts', 'scripts/vm/**/*.test.ts'];
const inVirtualMachine = process.env.KSCOPE_VM_TESTS !== undefined;

export default defineConfig({
  test: {
    include: inVirtualMachine
      ? virtualMachine
      : [
          'src/**/*.test.ts',
          'tests/**/*.test.ts',
          'tools/**/*.test.ts',
          'scripts/**/*.test.ts',
          'bench/**/*.test.ts',
        ],
    exclude: [...defaultExclude, ...(inVirtualMachine ? [] : virtualMachine)],
    globalSetup: ['tests/leftovers.ts'],
    testTimeout: 30_000,
    // What other programs do on a shared machine may spoil a measurement once; a defect fails twice.
    retry: process.env.CI === undefined ? 0 : 1,
    // Time zones, languages and colours of whoever runs the tests must not change what they see.
    env: { TZ: 'UTC', LC_ALL: 'C.UTF-8', NO_COLOR: '1' },
  },
});
