/** `--info`: what this machine can do, by trial. */
import { arch, release, version } from 'node:os';
import { Features } from '../../features/features.ts';
import { nativeKernel } from '../../kernel/native.ts';
import { versionLine } from '../version.ts';

export function info(): number {
  const reports = new Features(nativeKernel()).all();
  const width = Math.max(...reports.map(({ name }) => name.length)) + 2;
  const system = [
    ['OS', `Linux ${release()} ${version()}`],
    ['Arch', arch()],
    ['Version', versionLine('kscope')],
    ['Node', process.version],
  ];
  const lines = [
    'System',
    ...system.map(([name, value]) => `  ${name}: ${value}`),
    '',
    'Kernel features',
    ...reports.map(
      ({ name, answer, description }) => `  ${`${name}:`.padEnd(width)}${answer.padEnd(8)} ${description}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
