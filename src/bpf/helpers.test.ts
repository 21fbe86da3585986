import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helperCount, helperName, helperNumber } from './helpers.ts';

describe('helper names', () => {
  it('has the numbers that the manual page and programs in the wild use', () => {
    expect(helperName(1)).toBe('bpf_map_lookup_elem');
    expect(helperName(14)).toBe('bpf_get_current_pid_tgid');
    expect(helperName(113)).toBe('bpf_probe_read_kernel');
    expect(helperName(131)).toBe('bpf_ringbuf_reserve');
    expect(helperName(158)).toBe('bpf_get_current_task_btf');
    expect(helperName(181)).toBe('bpf_loop');
    expect(helperName(211)).toBe('bpf_cgrp_storage_delete');
    expect(helperCount).toBe(212);
  });

  it('knows neither 0 nor what lies behind the end', () => {
    expect(helperName(0)).toBeUndefined();
    expect(helperName(212)).toBeUndefined();
    expect(helperNumber('unspec')).toBeUndefined();
    expect(helperNumber('bpf_nothing')).toBeUndefined();
  });

  it('is its own inverse', () => {
    for (let number = 1; number < helperCount; number++) {
      expect(helperNumber(helperName(number) ?? '')).toBe(number);
    }
    expect(helperNumber('ktime_get_ns')).toBe(5);
  });

  const header = '/usr/include/linux/bpf.h';
  it.skipIf(!existsSync(header))('agrees with the installed linux/bpf.h', () => {
    // Old headers list FN(name) in order, newer ones FN(name, number, ctx...).
    const listed = [...readFileSync(header, 'utf8').matchAll(/^\tFN\((\w+)(?:, (\d+))?/gm)];
    expect(listed.length).toBeGreaterThan(100);
    listed.forEach(([, name, number], index) => {
      if (name === 'unspec') return;
      expect(helperNumber(name ?? ''), name).toBe(Number(number ?? index));
    });
  });
});
