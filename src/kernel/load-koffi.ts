/**
 * Getting at koffi quickly. Its JavaScript wrapper spends three quarters of the load time (6 of 8.5 ms) finding out
 * which of its binaries fits and adding deprecated names; the binary itself has the whole interface. So the binary
 * for this architecture with the GNU C library is tried first, and the wrapper serves all other machines.
 */
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** The binary's interface may differ from the one we know in another major version. */
const knownMajor = '3.';

export function loadKoffi(): typeof Koffi {
  const require = createRequire(import.meta.url);
  const platform = `linux-${process.arch}`;
  try {
    const binary: unknown = require(`@koromix/koffi-${platform}/${platform.replace('-', '_')}/koffi.node`);
    if (hasVersion(binary) && binary.version.startsWith(knownMajor)) return binary as typeof Koffi;
  } catch {
    // Another C library, or an installation with another layout: the wrapper knows better, or explains.
  }
  return require('koffi') as typeof Koffi;
}

function hasVersion(value: unknown): value is { readonly version: string } {
  return (
    typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string'
  );
}
