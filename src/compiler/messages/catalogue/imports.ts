/** Imports of other files. */
import { message } from '../define.ts';

export const importMessages = {
  importMissing: message('import-missing', (checked: readonly string[]) => ({
    text: 'Unable to find suitable path for import',
    hint: `checked: ${checked.join(', ')}`,
  })),
  importType: message('import-type', (path: string) => `unknown import type: "${path}"`, {
    remedy: 'Scripts (.bt) and C headers (.h) can be imported.',
  }),
  importConfig: message('import-config', () => 'invalid `config` within import', {
    cause: 'Settings belong to the program that is run, not to what it imports.',
  }),
  importOfC: message('import-of-c', (path: string) => ({
    text: `BPF programs in C cannot be imported: "${path}"`,
    hint: 'kscope has no C compiler; write the function as `fn name($argument : type) : type { ... }` in a .bt file',
  })),
  importWritable: message(
    'import-writable',
    (path: string) => `skipping due to global write permissions: ${path}`,
    { cause: 'Whoever may write there could run code in the kernel with your rights.' },
  ),
  unsupportedImport: message('unsupported-import', (path: string) => ({
    text: `import of "${path}" is not possible here`,
    hint: 'no files can be read here; copy what the script needs into the script',
  })),
} as const;
