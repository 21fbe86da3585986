/** What of a program's config block matters while it runs. */
export interface RunSettings {
  readonly missingProbes: 'error' | 'warn' | 'ignore';
  readonly printMapsOnExit: boolean;
  readonly truncationTrailer: string;
  readonly maxCatBytes: number;
  /** Names of C++ as people write them. */
  readonly demangle: boolean;
  /** Lines of stacks end with their place in the source. */
  readonly showDebugInfo: boolean;
}

export const defaultSettings: RunSettings = {
  missingProbes: 'error',
  printMapsOnExit: true,
  truncationTrailer: '..',
  maxCatBytes: 10_240,
  demangle: true,
  showDebugInfo: true,
};

/** The names that the config block has for them. */
export interface ConfigValues {
  readonly missing_probes: RunSettings['missingProbes'];
  readonly print_maps_on_exit: boolean;
  readonly str_trunc_trailer: string;
  readonly max_cat_bytes: number;
  readonly cpp_demangle: boolean;
  readonly show_debug_info: boolean;
}

export function runSettings(config: ConfigValues): RunSettings {
  return {
    missingProbes: config.missing_probes,
    printMapsOnExit: config.print_maps_on_exit,
    truncationTrailer: config.str_trunc_trailer,
    maxCatBytes: config.max_cat_bytes,
    demangle: config.cpp_demangle,
    showDebugInfo: config.show_debug_info,
  };
}
