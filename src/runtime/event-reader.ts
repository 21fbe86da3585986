/**
 * From records of the ring buffer to the actions they stand for: each event of the program is compiled to a function
 * once, and a record costs one look at its id and one call.
 */
import type { RecordHandler } from '../kernel/ring-buffer.ts';
import type { Program } from '../program/program.ts';
import type { ActionEnvironment, Handle } from './actions/action.ts';
import { compileAction } from './actions/table.ts';
import { Memory } from './decode/memory.ts';

/** A record whose id or length no event has: the buffer was damaged, or we have a bug. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

export function eventReader(program: Program, environment: ActionEnvironment): RecordHandler {
  const handles: readonly Handle[] = program.events.map((event) => compileAction(event, environment));
  const sizes = program.events.map((event) => event.fixedSize);
  // The ring buffer hands over the same array for every record.
  let memory: Memory | undefined;
  let source: Uint8Array | undefined;
  return (view, bytes, offset, length) => {
    if (memory === undefined || source !== bytes) {
      memory = new Memory(bytes);
      source = bytes;
    }
    const id = view.getUint32(offset, true);
    const handle = handles[id];
    if (handle === undefined || length < (sizes[id] ?? 0)) {
      throw new RecordError(
        `a record of ${length} bytes has the event id ${id}, which the program does not have`,
      );
    }
    handle(memory, offset, length);
  };
}
