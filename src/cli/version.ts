/** The version, put in by the build. */
const version = process.env.KSCOPE_VERSION ?? '0.0.0-source';

/** The release of the bpftrace language that is understood. */
export const languageVersion = '0.26.0';

/** Programs that ask `bpftrace` for its version expect the language's. */
export function versionLine(command: string): string {
  return command === 'bpftrace' ? `bpftrace v${languageVersion}-kscope-${version}` : `kscope v${version}`;
}
