/** numasched on a machine with one node, and llcstat without counters: nothing, and a clear word. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { delay } from '../../tests/runtime/harness.ts';
import { describeTracing } from '../../tests/runtime/support.ts';
import { linesOfType, runTool } from '../../tests/tools/harness.ts';

const oneNode = !existsSync('/sys/devices/system/node/node1');

describeTracing('numasched', () => {
  it.skipIf(!oneNode)('sees no moves where there is one node', async () => {
    const { lines, status } = await runTool('numasched', { workload: () => delay(500) });
    expect(linesOfType(lines, 'event')).toEqual([]);
    expect(status).toBe(0);
  });
});

const counters = existsSync('/sys/bus/event_source/devices/cpu');

describeTracing('llcstat', () => {
  it.skipIf(counters)('says that there are no counters', async () => {
    const { stderr, status } = await runTool('llcstat');
    expect(stderr).toContain('llcstat cannot run on this kernel: it lacks the feature hardware_events');
    expect(status).not.toBe(0);
  });

  it.skipIf(!counters)('shows references and misses', async () => {
    const { lines } = await runTool('llcstat', { args: ['1'] });
    expect(linesOfType(lines, 'row').length).toBeGreaterThan(0);
  });
});
