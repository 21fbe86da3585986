/**
 * kscope as a library.
 *
 *     import { Session } from 'kscope';
 *     const session = await Session.start('t:syscalls:sys_enter_openat { printf("%s\n", str(args.filename)); }');
 *     for await (const event of session.events()) if (event.type === 'text') process.stdout.write(event.text);
 */
export { type CompileOptions, type CompileResult, compile } from './compiler/compile.ts';
export type { Diagnostic } from './compiler/messages/diagnostic.ts';
export { render as renderDiagnostic } from './compiler/messages/render.ts';
export { type HostOptions, hostTarget } from './host/target.ts';
export {
  KernelFileError,
  MissingCapabilityError,
  SyscallError,
  UnsupportedFeatureError,
  VerifierError,
} from './kernel/errors.ts';
export { nativeKernel } from './kernel/native.ts';
export { CompileError } from './library/compile-error.ts';
export { LiveSession as Session, type MapCell, type StartOptions } from './library/live-session.ts';
export type * from './output/protocol.ts';
export { AttachError } from './probes/attach.ts';
export type { Program } from './program/program.ts';
export type { Target } from './program/target.ts';
