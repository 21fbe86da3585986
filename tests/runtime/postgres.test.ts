/**
 * Static probes of PostgreSQL: query texts and latencies while pgbench works on a private server. Debian's server is
 * built with the probes; each has a semaphore, so that a site costs a test of a counter until somebody traces it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotTrace, mapLines, shell, trace } from './harness.ts';

const bin = '/usr/lib/postgresql/15/bin';
const reason = cannotTrace || (!existsSync(`${bin}/postgres`) && 'PostgreSQL 15 is not installed');
const port = 5998;
const transactions = 200;

const asPostgres = (command: string) =>
  shell(`cd / && setpriv --reuid=postgres --regid=postgres --clear-groups ${command}`);

describe.skipIf(reason)(`PostgreSQL's static probes${reason ? ` (${reason})` : ''}`, () => {
  let folder = '';
  const client = (rest: string) => asPostgres(`${rest.replace(/^\w+/, `${bin}/$& -h ${folder} -p ${port}`)}`);

  beforeAll(async () => {
    folder = mkdtempSync('/tmp/kscope-postgres-');
    await shell(`chown postgres ${folder}`);
    const data = join(folder, 'data');
    await asPostgres(`${bin}/initdb -D ${data} -A trust --no-sync`);
    const options = `-k ${folder} -h "" -p ${port} -F`;
    await asPostgres(`${bin}/pg_ctl -D ${data} -o '${options}' -l ${folder}/log -w start`);
    await client('pgbench -i -q postgres 2>&1');
  }, 60_000);

  afterAll(async () => {
    await asPostgres(`${bin}/pg_ctl -D ${folder}/data -m immediate stop`).catch(() => '');
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the text and the latency of each query', async () => {
    const server = `usdt:${bin}/postgres:postgresql`;
    const { stdout, stderr } = await trace(
      `${server}:query__start { @start[tid] = nsecs; @texts[str(arg0)] = count(); }
       ${server}:query__done /@start[tid]/ { @us = hist((nsecs - @start[tid]) / 1000); delete(@start, tid); }`,
      { args: ['--no-warnings'], workload: () => client(`pgbench -n -S -t ${transactions} postgres`) },
    );
    expect(stderr).toBe('Attached 2 probes\n');
    const texts = [...mapLines(stdout, '@texts')];
    const selects = texts.filter(([text]) =>
      text.startsWith('SELECT abalance FROM pgbench_accounts WHERE aid = '),
    );
    expect(selects.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(transactions);
    const queries = texts.reduce((sum, [, count]) => sum + Number(count), 0);
    const latencies = [...stdout.matchAll(/^[[(].* +(\d+) \|/gm)].map(([, count]) => Number(count));
    expect(latencies.reduce((sum, count) => sum + count, 0)).toBe(queries);
  });

  it('traces only the process of -p', async () => {
    const pid = Number((await shell(`head -1 ${folder}/data/postmaster.pid`)).trim());
    const server = `usdt:${bin}/postgres:postgresql`;
    const { stdout } = await trace(`${server}:query__start { @ = count() }`, {
      args: ['-p', String(pid)],
      workload: () => client('psql -c "select 1" postgres'),
    });
    // The query runs in a process that the server forked, and only the server itself was to be traced.
    expect(stdout).toBe('\n\n');
  });
});
