/**
 * Runs a program as if the kernel lacked some features, for the mechanisms that stand in for them.
 * Arguments: features (comma-separated), the program, the command to trace.
 */
import { compile } from '../../src/compiler/compile.ts';
import { render } from '../../src/compiler/messages/render.ts';
import { hostTarget } from '../../src/host/target.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { TextOutput } from '../../src/output/text.ts';
import { Writer } from '../../src/output/writer.ts';
import { HeldChild } from '../../src/runtime/held-child.ts';
import { Session } from '../../src/runtime/session.ts';

const [features = '', source = '', command = 'true'] = process.argv.slice(2);
const kernel = nativeKernel();
const child = HeldChild.start(command.split(' '));
using target = hostTarget(kernel, { childPid: child.pid, withoutFeatures: new Set(features.split(',')) });
const { program, diagnostics } = compile(source, target);
for (const diagnostic of diagnostics) console.error(render(diagnostic));
if (program === undefined) {
  child.close();
  process.exit(1);
}
const output = new TextOutput({
  out: new Writer(1),
  err: new Writer(2),
  sources: () => source,
  quiet: false,
  noWarnings: false,
});
using session = Session.open(program, {
  kernel,
  output,
  onAttach: ({ probes, via }) => console.error(`${probes} (${via})`),
});
session.attach();
void child.ended.then(() => session.stop());
child.release();
await session.run();
output.flush();
