import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disassemble } from '../../../bpf/disassembler.ts';
import { attachUprobeMulti } from '../../../kernel/link.ts';
import { RingBuffer } from '../../../kernel/ring-buffer.ts';
import { load } from '../../../loader/load.ts';
import { Memory } from '../../../runtime/decode/memory.ts';
import { compiled, heads, kernel, machineTarget, printer, runInKernel } from '../testing/run.ts';

describe('percpu_kaddr', () => {
  const hasVariables = machineTarget.has('kernel_variables');
  // The run queue of a CPU knows its number.
  const source =
    'begin { print(percpu_kaddr("runqueues", 1).cpu); print(percpu_kaddr("runqueues").cpu == cpu); print(percpu_kaddr("runqueues", 99999) == 0); }';

  test.runIf(hasVariables)('leads to the variable of this CPU, or of the one given', () => {
    expect(runInKernel(source)).toBe('1\ntrue\ntrue\n');
  });

  test.runIf(!hasVariables)('needs a kernel that tells where its variables are', () => {
    expect(heads(source)[0]).toContain(
      'Missing required kernel feature: kernel_variables (CONFIG_KALLSYMS_ALL)',
    );
  });

  test('compiles to the address by BTF id and the helpers for it', () => {
    const target = new Proxy(machineTarget, {
      get: (of, key) => (key === 'has' ? () => true : Reflect.get(of, key, of)),
    });
    const { code } = compiled(source, target).functions[0]!;
    const text = [...disassemble(code)].join('\n');
    const id = machineTarget.btf?.find('runqueues', 'var');
    expect(text).toContain(`${id}`);
    expect(text).toMatch(/call .*(per_cpu_ptr|153)/);
    expect(text).toMatch(/call .*(this_cpu_ptr|154)/);
  });

  test('of what is no variable', () => {
    expect(heads('begin { print(percpu_kaddr("nosuch")); }')).toEqual([
      'stdin:1:15-37: ERROR: Could not resolve variable "nosuch" from BTF',
    ]);
  });
});

describe('uaddr', () => {
  const folder = mkdtempSync(join(tmpdir(), 'uaddr-'));
  const binary = join(folder, 'p');
  beforeAll(() => {
    writeFileSync(
      join(folder, 'p.c'),
      'unsigned int answer = 42; unsigned long long big = 1ull << 40; __attribute__((noinline)) int work(int n) { __asm__ volatile(""); return n + answer; } int main(void) { return work(1) == 43 ? 0 : 1; }',
    );
    execFileSync('gcc', ['-O1', '-pie', '-fPIE', '-o', binary, join(folder, 'p.c')]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const traced = (source: string) => {
    const program = compiled(source);
    const print = printer(program, {});
    using loaded = load(program, kernel);
    using ring = new RingBuffer(kernel, loaded.maps[program.ringBuffer!]!);
    {
      const point = program.attachments[0]!.point;
      if (point.kind !== 'uprobe') throw new Error('no uprobe');
      using _link = attachUprobeMulti(kernel, loaded.functions[0]!, {
        path: point.path,
        offsets: point.targets.map(({ offset }) => offset),
        return: point.return,
      });
      expect(spawnSync(binary).status).toBe(0);
    }
    let text = '';
    ring.drain((_, bytes, offset, length) => {
      text += print(new Memory(bytes), offset, length);
    });
    return text;
  };

  test.runIf(machineTarget.has('uprobe_multi'))(
    'reads variables of a program that is loaded anywhere',
    () => {
      expect(
        traced(
          `uprobe:${binary}:work { print((*uaddr("answer"), *uaddr("big"))); print(uaddr("work") == reg("ip")); }`,
        ),
      ).toBe('(42, 1099511627776)\ntrue\n');
      expect(traced(`uretprobe:${binary}:work { print((*uaddr("answer"), retval)); }`)).toBe('(42, 43)\n');
    },
  );

  test('of what is not there', () => {
    expect(heads(`uprobe:${binary}:work { print(uaddr("nosuch")); }`).at(0)).toContain(
      `Could not resolve symbol: ${binary}:nosuch`,
    );
    expect(heads('begin { print(uaddr("x")); }')).toEqual([
      'stdin:1:15-25: ERROR: uaddr can not be used with "begin" probes',
    ]);
    expect(readFileSync(binary).length).toBeGreaterThan(0);
  });
});
