/** What of a program's config block matters while it runs. */
export interface RunSettings {
  readonly missingProbes: 'error' | 'warn' | 'ignore';
  readonly printMapsOnExit: boolean;
  readonly truncationTrailer: string;
  readonly maxCatBytes: number;
}

export const defaultSettings: RunSettings = {
  missingProbes: 'error',
  printMapsOnExit: true,
  truncationTrailer: '..',
  maxCatBytes: 10_240,
};
