/** The looks on made-up files, and the whole report of this machine. */
import { readFileSync } from 'node:fs';
import { cpus as cpuList } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Tracer } from '../../tests/runtime/harness.ts';
import { progressBar } from './progress.ts';
import { startLook } from './section.ts';
import { cpus, parseStat, processes, system } from './sections/cpu.ts';
import { disks } from './sections/disk.ts';
import { kernelLog, load } from './sections/load.ts';
import { memory } from './sections/memory.ts';
import { interfaces, tcp } from './sections/network.ts';

/** A look whose files change between its two samples. */
function looked<Sample>(
  look: Parameters<typeof startLook<Sample>>[0],
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>> = before,
  seconds = 2,
) {
  let files = before;
  const started = startLook(look, (path) => files[path] ?? '');
  files = { ...before, ...after };
  return started.finish(seconds);
}

describe('looks', () => {
  it('compare the load with the number of CPUs', () => {
    const files = {
      '/proc/loadavg': '3.50 2.00 1.00 4/321 99\n',
      '/proc/uptime': '120.55 200.00\n',
      '/proc/stat': 'cpu  1\ncpu0 1\ncpu1 1\n',
    };
    const { table, findings } = looked(load, files);
    expect(table.rows).toEqual([
      { load_1: 3.5, load_5: 2, load_15: 1, runnable: 4, threads: 321, uptime_s: 121 },
    ]);
    expect(findings).toEqual([
      expect.stringMatching(/^load 3.5 is above the number of CPUs \(2\), and rising/),
    ]);
  });

  it('find errors in the log of the kernel', () => {
    const files = {
      '/dev/kmsg': '6,1,5000,-;all is well\n3,2,1500000,-;EXT4-fs error: bad; very\n12,3,9,-;user text\n',
    };
    const { table, findings } = looked(kernelLog, files);
    expect(table.rows).toEqual([{ at_s: 1.5, message: 'EXT4-fs error: bad; very' }]);
    expect(findings).toHaveLength(1);
  });

  it('share the time of the CPUs out', () => {
    const before = {
      '/proc/stat':
        'cpu  100 0 100 100 0 0 0 0 0 0\ncpu0 50 0 50 50 0 0 0 0 0 0\ncpu1 50 0 50 50 0 0 0 0 0 0\nctxt 1000\nprocesses 10\nprocs_running 3\nprocs_blocked 1\nintr 50 1 2\n',
      '/proc/vmstat': 'pswpin 0\npswpout 4\n',
    };
    const after = {
      '/proc/stat':
        'cpu  200 0 120 160 20 0 0 0 0 0\ncpu0 148 0 52 50 0 0 0 0 0 0\ncpu1 52 0 58 120 20 0 0 0 0 0\nctxt 3000\nprocesses 14\nprocs_running 5\nprocs_blocked 2\nintr 150 1 2\n',
      '/proc/vmstat': 'pswpin 0\npswpout 8\n',
    };
    const { table, findings } = looked(system, before, after);
    expect(table.rows).toEqual([
      {
        runnable: 5,
        blocked: 2,
        swapped_in_pages_per_s: 0,
        swapped_out_pages_per_s: 2,
        interrupts_per_s: 50,
        context_switches_per_s: 1000,
        forks_per_s: 2,
        user_percent: 50,
        system_percent: 10,
        iowait_percent: 10,
        steal_percent: 0,
        idle_percent: 30,
      },
    ]);
    expect(findings).toEqual([expect.stringContaining('swapping')]);
    const each = looked(cpus, before, after);
    expect(each.table.rows.map(({ cpu, user_percent }) => [cpu, user_percent])).toEqual([
      [0, 98],
      [1, 2],
    ]);
    expect(each.findings).toEqual([expect.stringMatching(/^CPU 0 is busy while others are idle/)]);
  });

  it('rank processes, whatever their names hold', () => {
    expect(parseStat('7 (a) b) R 1 7 7 0 -1 0 0 0 0 0 30 12 0 0 20 0 1 0 5 1000 256 0')).toEqual({
      comm: 'a) b',
      ticks: 42,
      residentPages: 256,
    });
    const stat = (ticks: number) => ({
      '/proc/7/stat': `7 (x) R 1 7 7 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 5 1000 256 0`,
    });
    expect(
      looked(
        processes(() => ['7']),
        stat(100),
        stat(200),
      ).table.rows,
    ).toEqual([{ pid: 7, comm: 'x', cpu_percent: 50, resident_mib: 1 }]);
  });

  it('compute rates and waiting times of disks', () => {
    const line = (numbers: string) => ({
      '/proc/diskstats': `   8       0 sda ${numbers}\n   8       1 sdb 5 0 5 5 0 0 0 0 0 5 5\n`,
    });
    const { table, findings } = looked(
      disks,
      line('10 0 100 50 0 0 0 0 0 1000 100'),
      line('30 0 500 250 4 0 80 40 0 2600 500'),
    );
    expect(table.rows).toEqual([
      {
        disk: 'sda',
        reads_per_s: 10,
        writes_per_s: 2,
        read_kib_per_s: 100,
        written_kib_per_s: 20,
        read_wait_ms: 10,
        write_wait_ms: 10,
        queue: 0.2,
        busy_percent: 80,
      },
    ]);
    expect(findings).toEqual([expect.stringMatching(/^sda is busy 80 % of the time/)]);
  });

  it('say when memory runs out', () => {
    const files = {
      '/proc/meminfo':
        'MemTotal: 1024000 kB\nMemFree: 20480 kB\nMemAvailable: 51200 kB\nBuffers: 1024 kB\nCached: 2048 kB\nSReclaimable: 1024 kB\nDirty: 512 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
    };
    const { table, findings } = looked(memory, files);
    expect(table.rows[0]).toMatchObject({
      total_mib: 1000,
      available_mib: 50,
      free_mib: 20,
      cache_mib: 3,
      dirty_mib: 0.5,
    });
    expect(findings).toHaveLength(1);
  });

  it('see dropped packets and segments sent again', () => {
    const dev = (packets: number, drops: number) => ({
      '/proc/net/dev': `Inter-|   Receive\n face |bytes\n  eth0: ${packets * 100} ${packets} 0 ${drops} 0 0 0 0 2048 4 0 0 0 0 0 0\n`,
    });
    const { table, findings } = looked(interfaces, dev(0, 0), dev(200, 6));
    expect(table.rows).toMatchObject([
      { interface: 'eth0', received_packets_per_s: 100, sent_packets_per_s: 0, trouble_per_s: 3 },
    ]);
    expect(findings).toEqual(['eth0 drops packets or has errors']);
    const snmp = (out: number, again: number) => ({
      '/proc/net/snmp': `Ip: A B\nIp: 1 2\nTcp: ActiveOpens PassiveOpens InSegs OutSegs RetransSegs OutRsts\nTcp: 1 2 3 ${out} ${again} 0\n`,
      '/proc/net/netstat': 'TcpExt: ListenDrops\nTcpExt: 5\n',
    });
    const looks = looked(tcp, snmp(0, 0), snmp(1000, 20));
    expect(looks.table.rows).toMatchObject([
      { segments_out_per_s: 500, retransmits_per_s: 10, listen_drops_per_s: 0 },
    ]);
    expect(looks.findings).toEqual([expect.stringContaining('more than 1 %')]);
  });

  it('show how far they are', () => {
    expect(progressBar(0.5, 10)).toBe(`[${'='.repeat(20)}${' '.repeat(20)}] 5 of 10 s`);
  });
});

it('makes one report of this machine', { timeout: 30_000 }, async () => {
  const { stdout, status } = await new Tracer(['checklist', '0.5', '--no-tools', '--json']).ended;
  const report = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(report.seconds).toBeGreaterThanOrEqual(0.5);
  expect(report.sections.cpus.rows).toHaveLength(cpuList().length);
  const total = Number(/MemTotal: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  expect(report.sections.memory.rows[0].total_mib).toBeCloseTo(total / 1024);
  const text = await new Tracer(['checklist', '0.1', '--no-tools']).ended;
  expect(text.stdout).toMatch(/^kscope checklist: .* seconds of this machine\n\nLoad \(uptime\)\n/);
  expect(text.stdout).toContain('\nWhat stands out\n  - ');
});
