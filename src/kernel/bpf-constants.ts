/** Numbers of linux/bpf.h (checked against the running kernel's BTF in the tests). Names as in the kernel. */
import type { BpfMapType, BpfProgramType } from '../program/program.ts';

export const BpfCommand = {
  BPF_MAP_CREATE: 0,
  BPF_MAP_LOOKUP_ELEM: 1,
  BPF_MAP_UPDATE_ELEM: 2,
  BPF_MAP_DELETE_ELEM: 3,
  BPF_MAP_GET_NEXT_KEY: 4,
  BPF_PROG_LOAD: 5,
  BPF_OBJ_PIN: 6,
  BPF_PROG_TEST_RUN: 10,
  BPF_PROG_GET_NEXT_ID: 11,
  BPF_MAP_GET_NEXT_ID: 12,
  BPF_PROG_GET_FD_BY_ID: 13,
  BPF_MAP_GET_FD_BY_ID: 14,
  BPF_OBJ_GET_INFO_BY_FD: 15,
  BPF_RAW_TRACEPOINT_OPEN: 17,
  BPF_BTF_LOAD: 18,
  BPF_BTF_GET_FD_BY_ID: 19,
  BPF_MAP_FREEZE: 22,
  BPF_BTF_GET_NEXT_ID: 23,
  BPF_MAP_LOOKUP_BATCH: 24,
  BPF_MAP_LOOKUP_AND_DELETE_BATCH: 25,
  BPF_MAP_UPDATE_BATCH: 26,
  BPF_MAP_DELETE_BATCH: 27,
  BPF_LINK_CREATE: 28,
  BPF_LINK_GET_FD_BY_ID: 30,
  BPF_LINK_GET_NEXT_ID: 31,
  BPF_ENABLE_STATS: 32,
  BPF_ITER_CREATE: 33,
} as const;

export const mapTypeNumbers: Readonly<Record<BpfMapType, number>> = {
  hash: 1,
  array: 2,
  prog_array: 3,
  perf_event_array: 4,
  percpu_hash: 5,
  percpu_array: 6,
  stack_trace: 7,
  lru_hash: 9,
  lru_percpu_hash: 10,
  ringbuf: 27,
};

export const programTypeNumbers: Readonly<Record<BpfProgramType, number>> = {
  kprobe: 2,
  tracepoint: 5,
  perf_event: 7,
  raw_tracepoint: 17,
  tracing: 26,
};

export const BpfAttachType = {
  BPF_TRACE_RAW_TP: 23,
  BPF_TRACE_FENTRY: 24,
  BPF_TRACE_FEXIT: 25,
  BPF_TRACE_ITER: 28,
  BPF_PERF_EVENT: 41,
  BPF_TRACE_KPROBE_MULTI: 42,
  BPF_TRACE_UPROBE_MULTI: 48,
  BPF_TRACE_KPROBE_SESSION: 56,
} as const;

export const MapFlags = {
  BPF_F_NO_PREALLOC: 1 << 0,
  BPF_F_RDONLY_PROG: 1 << 7,
  BPF_F_MMAPABLE: 1 << 10,
} as const;

/** Flags of BPF_MAP_UPDATE_ELEM. */
export const UpdateFlags = { BPF_ANY: 0, BPF_NOEXIST: 1, BPF_EXIST: 2 } as const;

/** src_reg of a 64-bit immediate load. */
export const PseudoSource = { BPF_PSEUDO_MAP_FD: 1, BPF_PSEUDO_MAP_VALUE: 2, BPF_PSEUDO_FUNC: 4 } as const;
