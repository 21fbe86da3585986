import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Btf } from './btf.ts';

const btf = Btf.parse(readFileSync('/sys/kernel/btf/vmlinux'), { name: 'vmlinux' });

describe('the BTF of the running kernel', () => {
  it('prints list_head as its header does', () => {
    expect(btf.toC(btf.find('list_head', 'struct')!)).toBe(
      'struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};',
    );
  });

  it('knows constants that are part of the kernel interface', () => {
    expect(btf.enumConstant('BPF_MAP_TYPE_RINGBUF')?.value).toBe(27n);
    expect(btf.enumConstant('BPF_F_INDEX_MASK')?.value).toBe(0xffffffffn);
    expect(btf.enumConstant('PIDTYPE_TGID')?.value).toBe(1n);
  });

  it('lays out types that are part of the kernel interface', () => {
    // include/uapi/asm/ptrace.h, include/uapi/linux/time_types.h
    expect(btf.findMember(btf.find('pt_regs', 'struct')!, 'ax')?.bitOffset).toBe(80 * 8);
    expect(btf.sizeOf(btf.find('pt_regs', 'struct')!)).toBe(168);
    expect(btf.layout(btf.find('__kernel_timespec', 'struct')!)).toMatchObject({
      size: 16,
      members: [
        { name: 'tv_sec', bitOffset: 0 },
        { name: 'tv_nsec', bitOffset: 64 },
      ],
    });
    expect(btf.sizeOf(btf.findMember(btf.find('task_struct', 'struct')!, 'comm')!.typeId)).toBe(16);
  });

  it('prints function prototypes', () => {
    expect(btf.toC(btf.find('vfs_open', 'func')!)).toBe(
      'int vfs_open(const struct path *path, struct file *file);',
    );
  });

  it('decodes every type and keeps every reference inside the blob', () => {
    const counts = new Map<string, number>();
    for (let id = 1; id < btf.end; id++) {
      const type = btf.type(id);
      counts.set(type.kind, (counts.get(type.kind) ?? 0) + 1);
      if ('to' in type) expect(type.to < btf.end).toBe(true);
      if (type.kind === 'struct' && type.size > 0) {
        for (const { bitOffset } of type.members)
          if (bitOffset > type.size * 8) throw new Error(`type ${id}`);
      }
    }
    expect(counts.get('func')).toBe([...btf.findAll('*', 'func')].length);
    expect(counts.get('struct')).toBeGreaterThan(5000);
  });

  it('prints every named struct', () => {
    let printed = 0;
    for (const { id, name } of btf.findAll('*', 'struct')) {
      const text = btf.toC(id);
      if (!text.startsWith(`struct ${name} {`) || !text.endsWith('};')) throw new Error(text);
      printed++;
    }
    expect(printed).toBeGreaterThan(5000);
  });
});
