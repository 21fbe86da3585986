/**
 * tracefs: where tracepoints are listed and described. It is found, or mounted where it belongs when it is not and
 * we may. Directories are read when asked for: there are 1,500 events, and most runs need one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Errno, errnoName } from './errno.ts';
import { KernelFileError, UnsupportedFeatureError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { parseTracepointFormat, type TracepointFormat } from './tracepoint-format.ts';

/** Newest first: the second is an automatic mount inside debugfs, for kernels before 4.1 and old set-ups. */
export const tracefsCandidates = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const;

/** The tracefs of this machine, mounted if need be. @throws KernelFileError when it cannot be had. */
export function openTracefs(kernel: Kernel, candidates: readonly string[] = tracefsCandidates): Tracefs {
  const found = candidates.find((path) => existsSync(`${path}/events`));
  if (found) return new Tracefs(found);
  const target = candidates[0] ?? '';
  const result = kernel.mount('tracefs', target, 'tracefs');
  // EBUSY: somebody else mounted it in between.
  if (result >= 0 || (result === -Errno.EBUSY && existsSync(`${target}/events`))) return new Tracefs(target);
  if (result === -Errno.ENODEV || result === -Errno.ENOENT) {
    throw new UnsupportedFeatureError('tracefs', 'tracepoints need CONFIG_FTRACE and CONFIG_TRACING');
  }
  const problem = `it is not mounted, or not readable, and mounting it failed with ${errnoName(-result)}`;
  throw new KernelFileError(target, problem, `Run as root, or: mount -t tracefs tracefs ${target}`);
}

export class Tracefs {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Ascending. */
  subsystems(): readonly string[] {
    return this.#directories(`${this.path}/events`);
  }

  /** Ascending; none for a subsystem that does not exist. */
  events(subsystem: string): readonly string[] {
    if (!isName(subsystem)) return [];
    return this.#directories(`${this.path}/events/${subsystem}`);
  }

  /** Undefined when there is no such tracepoint. */
  format(subsystem: string, event: string): TracepointFormat | undefined {
    const path = this.#eventPath(subsystem, event, 'format');
    const text = path && readOptional(path);
    return path && text !== undefined ? parseTracepointFormat(text, path) : undefined;
  }

  /** The number for perf_event_open. Undefined when there is no such tracepoint, or it cannot be enabled. */
  eventId(subsystem: string, event: string): number | undefined {
    const path = this.#eventPath(subsystem, event, 'id');
    const text = path && readOptional(path);
    if (!path || text === undefined) return undefined;
    if (!/^\d+\n?$/.test(text)) throw new KernelFileError(path, `"${text.trim()}" is not an event id`);
    return Number(text);
  }

  /** Functions kprobes may be set on, as `name` or `name [module]`. Undefined where the kernel has no such list. */
  availableFunctions(): readonly string[] | undefined {
    return readOptional(`${this.path}/available_filter_functions`)?.split('\n').filter(Boolean);
  }

  #eventPath(subsystem: string, event: string, file: string): string | undefined {
    return isName(subsystem) && isName(event)
      ? `${this.path}/events/${subsystem}/${event}/${file}`
      : undefined;
  }

  #directories(path: string): readonly string[] {
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      return entries
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      return noneUnlessForbidden(error, path) ?? [];
    }
  }
}

/** Keeps a script's text from leaving the events directory. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return noneUnlessForbidden(error, path);
  }
}

/** Missing things are an answer; a refusal is an error that the person can do something about. */
function noneUnlessForbidden(error: unknown, path: string): undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw new KernelFileError(path, `it cannot be read (${String(code)})`, 'Run as root');
}
