/**
 * Which files do programs open? Counts them by program for some seconds, showing each as it happens.
 *
 *     node examples/opens.ts [SECONDS]        (Node 22 or newer; as root)
 */
import { Session } from '../src/index.ts';

const seconds = Number(process.argv[2] ?? 5);
const session = await Session.start(`
  tracepoint:syscalls:sys_enter_openat {
    printf("%s %s\\n", comm, str(args.filename));
    @opens[comm] = count();
  }`);
setTimeout(() => session.stop(), seconds * 1000);

for await (const event of session.events()) {
  if (event.type === 'text') process.stdout.write(event.text);
  if (event.type === 'lost') console.error(`${event.count} events were lost`);
  if (event.type === 'map' && event.map.kind === 'values') {
    for (const { label, value } of event.map.rows.toReversed()) console.log(`${value}\t${label}`);
  }
}
