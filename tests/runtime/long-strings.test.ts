/** Strings of up to 64 KiB, which no stack and no per-CPU map can hold: in variables, maps, tuples and output. */
import { expect, test } from 'vitest';
import { cannotTrace, trace } from './harness.ts';

const length = 60_000;
const writer = `require('fs').writeFileSync('/dev/null', Buffer.concat([Buffer.alloc(${length}, 'y'), Buffer.of(0)]))`;
/** The command is split at spaces. */
const child = `${process.execPath} -e ${writer.replaceAll(' ', '')}`;
const whole = 'y'.repeat(length);

async function observe(body: string): Promise<string> {
  const probe = `t:syscalls:sys_enter_write /pid == cpid && args.count == ${length + 1}/`;
  const { stdout, status } = await trace(`${probe} { ${body} }`, {
    args: ['-c', child],
    env: { BPFTRACE_MAX_STRLEN: '65536' },
    timeoutMs: 60_000,
  });
  expect(status).toBe(0);
  return stdout.trim();
}

test.skipIf(cannotTrace)('are printed, measured and compared', { timeout: 90_000 }, async () => {
  const text = await observe(`
    $s = str(args.buf); $t = str(args.buf);
    printf("%d %s\\n", strlen($s), $s);
    print(($s == $t, $s == str_concat($t, "z"), (1, $s) == (1, $t), (1, $s) == (2, $t)));`);
  expect(text.split('\n')).toEqual([`${length} ${whole}`, '(true, false, true, false)']);
});

test.skipIf(cannotTrace)('are keys and values of maps', { timeout: 90_000 }, async () => {
  const text = await observe(`
    $s = str(args.buf); @scalar = $s; @[$s] = count(); @pair[(1, $s)] = (2, $s); @bytes = buf(args.buf, ${length});
    print(has_key(@, $s));`);
  expect(text.split('\n').filter((line) => line !== '')).toEqual([
    'true',
    `@[${whole}]: 1`,
    `@bytes: ${whole}`,
    `@pair[1, ${whole}]: (2, ${whole})`,
    `@scalar: ${whole}`,
  ]);
});
