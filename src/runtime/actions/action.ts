/**
 * What an asynchronous action is to the session: an entry that turns the description of an event into a function,
 * once, which is then called for each of its records. Entries know output, maps and the machine only through
 * {@link ActionEnvironment}.
 */
import type { Output } from '../../output/output.ts';
import type { EventAction, EventSpec } from '../../program/program.ts';
import type { RecordReader } from '../decode/argument.ts';
import type { MapOptions } from '../decode/map.ts';
import type { Resolvers } from '../decode/resolvers.ts';

export interface ActionEnvironment {
  readonly output: Output;
  readonly resolvers: Resolvers;
  readonly maps: ActionMaps;
  /** Of a file that `cat` shows. */
  readonly maxCatBytes: number;
  /** Ends the run; the last status given counts. */
  exit(status: number): void;
  /** Detaches the watchpoints of an address. */
  unwatch(address: bigint): void;
  /** Warnings that may come a million times. */
  readonly repeated: RepeatedMessages;
  /** For `debugf`: the kernel's trace pipe. */
  trace(text: string): void;
}

/** By index in Program.userMaps. */
export interface ActionMaps {
  print(userMap: number, options: MapOptions): void;
  clear(userMap: number): void;
  zero(userMap: number): void;
}

/** Says the first of equal messages at once, and of the others only how many there were. */
export interface RepeatedMessages {
  say(key: object, message: (times: string) => void): void;
}

export type ActionName = EventAction['action'];
type WithAction<Event extends EventSpec, Name> = Event extends EventSpec
  ? Name extends Event['action']
    ? Event
    : never
  : never;
/** The member of EventSpec whose action is, or may be, `Name`. */
export type EventOf<Name extends ActionName> = WithAction<EventSpec, Name>;
export type Handle = RecordReader<void>;
export type CompileAction<Name extends ActionName> = (
  event: EventOf<Name>,
  environment: ActionEnvironment,
) => Handle;
