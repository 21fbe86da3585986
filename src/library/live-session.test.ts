import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { CompileError, Session } from '../index.ts';
import { openDescriptors } from '../kernel/fd.ts';
import type { Message } from '../output/protocol.ts';
import { MessageQueue } from './message-queue.ts';

afterEach(() => expect(openDescriptors().map((fd) => fd.what)).toEqual([]));

async function all(session: Session): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for await (const message of session.events()) messages.push(message);
  return messages;
}

describe('a session in a program', () => {
  it('gives what the script prints as values', async () => {
    const session = await Session.start(
      'begin { printf("a %d\\n", 1); print((1, "x")); @m["k"] = 5; exit(2) }',
    );
    expect(await all(session)).toEqual([
      { type: 'attached', probes: 1 },
      { type: 'text', source: 'printf', text: 'a 1\n' },
      { type: 'value', data: [1, 'x'] },
      { type: 'stopped' },
      {
        type: 'map',
        map: { name: '@m', scalar: false, kind: 'values', rows: [{ key: 'k', label: 'k', value: 5 }] },
      },
      { type: 'end', lostInAll: 0 },
    ]);
    expect(await session.ended).toBe(2);
  });

  it('reads maps while it runs', async () => {
    await using session = await Session.start(
      't:syscalls:sys_enter_execve { @n[str(args.filename)] = count(); @h = hist(8) }',
    );
    execFileSync('/bin/true');
    expect(session.table('@n').get('/bin/true')).toBe(1);
    expect(session.map('@h')).toMatchObject({ kind: 'histogram', scale: 'log2' });
    expect(() => session.map('@none')).toThrow('the program has no map @none');
    expect(session.losses.events).toBe(0);
  });

  it('explains a script that does not compile', async () => {
    const failed = await Session.start('begin { print($y) }', { name: 'mine.bt' }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(CompileError);
    expect(String(failed)).toContain('mine.bt:1:15-17: ERROR: Undefined or undeclared variable: $y');
  });

  it('runs two at the same time, each with its own maps', async () => {
    const sessions = await Promise.all(
      [1, 2].map((n) => Session.start(`begin { @ = ${n} } interval:s:9 { }`)),
    );
    expect(sessions.map((session) => session.table('@').get(''))).toEqual([1, 2]);
    await Promise.all(sessions.map((session) => session.stop()));
  });
});

describe('messages for a slow reader', () => {
  it('are dropped beyond the limit, and counted', async () => {
    const queue = new MessageQueue(3);
    for (let n = 0; n < 10; n++) queue.push({ type: 'value', data: n });
    queue.end();
    const seen: Message[] = [];
    for await (const message of queue) seen.push(message);
    expect(seen).toEqual([
      { type: 'value', data: 0 },
      { type: 'value', data: 1 },
      { type: 'value', data: 2 },
      { type: 'lost', count: 7 },
    ]);
  });

  it('come before the error that ended the run', async () => {
    const queue = new MessageQueue();
    queue.push({ type: 'stopped' });
    queue.end(new Error('broken'));
    expect(await queue.next()).toEqual({ done: false, value: { type: 'stopped' } });
    await expect(queue.next()).rejects.toThrow('broken');
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });
});
