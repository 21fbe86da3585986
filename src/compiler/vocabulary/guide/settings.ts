/** What each setting of the config block decides. */
import type { ConfigKey } from '../../2-expand/config-options.ts';

export const settingSummaries: Readonly<Record<ConfigKey, string>> = {
  cache_user_symbols:
    'Whether symbols are kept for each process (`PER_PID`), each program (`PER_PROGRAM`) or not at all (`NONE`).',
  cpp_demangle: 'Show names of C++ functions as they are written in the source.',
  lazy_symbolication: 'Look names of user addresses up when they are printed, not when they are seen.',
  license: 'The license that the kernel is told; many of its functions are only for programs under the GPL.',
  log_size: "Bytes of the verifier's log that are kept.",
  max_bpf_progs: 'Most BPF programs that a script may become.',
  max_cat_bytes: 'Most bytes of a file that `cat` shows.',
  max_map_keys: 'Most elements of a map that is not declared with its size.',
  max_probes: 'Most attachments.',
  max_strlen: 'Bytes of a string, its NUL included. Up to 64 KiB is tested.',
  missing_probes: 'What to do about an attach point without a match: `error`, `warn` or `ignore`.',
  on_stack_limit: 'Accepted. kscope decides by itself what lies on the stack.',
  perf_rb_pages: 'Pages (of 4 KiB) of the ring buffer; 0 chooses by what the program does.',
  print_maps_on_exit: 'Print all maps when tracing ends.',
  show_debug_info: 'Show source files and lines in stacks where they are known.',
  stack_mode: 'How stacks are shown: `bpftrace`, `perf`, `raw`, `build_id`, `folded`.',
  str_trunc_trailer: 'What follows a string that was cut.',
  unstable_dw_ustack: 'Whether `dw_ustack` may be used: `enable`, `warn`, `error`.',
  unstable_import_statement:
    'Whether `import` of other than the usual files may be used: `enable`, `warn`, `error`.',
  unstable_tseries: 'Whether `tseries` may be used: `enable`, `warn`, `error`.',
  unstable_typeinfo: 'Whether `typeinfo` may be used: `enable`, `warn`, `error`.',
  use_blazesym: 'Accepted; kscope has its own symbolisation.',
};
