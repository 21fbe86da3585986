/**
 * The probes of a session: attached in the language's order, detached together. What happens when the machine
 * refuses one is the script's choice (`missing_probes`).
 */
import { must } from '../base/assert.ts';
import { closeAll, closeTogether } from '../kernel/fd.ts';
import type { Link } from '../kernel/link.ts';
import type { LoadedProgram } from '../loader/load.ts';
import type { Output } from '../output/output.ts';
import { AttachError, attach, attachOrder } from '../probes/attach.ts';
import type { AttachEnvironment } from '../probes/attacher.ts';
import type { Attachment } from '../program/program.ts';
import type { RunSettings } from './settings.ts';

export interface ProbeLinksOptions extends AttachEnvironment {
  readonly missingProbes: RunSettings['missingProbes'];
  readonly output: Output;
  /** Told about each attachment before it is tried. */
  readonly onAttach: (attachment: Attachment) => void;
}

export interface AttachedProbe {
  readonly attachment: Attachment;
  readonly links: readonly Link[];
}

export class ProbeLinks implements Disposable {
  /** Probes that are attached, by their number as people count them: each target of a wildcard is one. */
  count = 0;
  #attached: AttachedProbe[] = [];

  /** @throws AttachError when a probe is refused and the script does not want to do without. */
  attachAll(loaded: LoadedProgram, options: ProbeLinksOptions): void {
    for (const attachment of attachOrder(loaded.program.attachments)) {
      options.onAttach(attachment);
      for (const text of attachment.warnings ?? []) options.output.warning(text);
      try {
        const links = attachOne(attachment, loaded, options);
        this.#attached.push({ attachment, links });
        this.count += attachment.probes.length;
      } catch (error) {
        if (!(error instanceof AttachError) || options.missingProbes === 'error') throw error;
        if (options.missingProbes === 'warn') warn(error, options.output);
      }
    }
  }

  get attached(): readonly AttachedProbe[] {
    return this.#attached;
  }

  /** Closes the watchpoints of an address; one that is not watched is no mistake. */
  unwatch(address: bigint): void {
    const isWatched = ({ attachment: { point } }: AttachedProbe) =>
      point.kind === 'watchpoint' && point.address === address;
    closeAll(this.#attached.filter(isWatched).flatMap(({ links }) => links));
    this.#attached = this.#attached.filter((probe) => !isWatched(probe));
  }

  get links(): readonly Link[] {
    return this.#attached.flatMap(({ links }) => links);
  }

  /** Those that are to be run: one that is pinned is run by whoever reads its file. */
  get iterators(): readonly Link[] {
    const toRun = this.#attached.filter(
      ({ attachment: { point } }) => point.kind === 'iterator' && point.pin === undefined,
    );
    return toRun.flatMap(({ links }) => links);
  }

  /** No program runs any more. What the kernel made for the probes is left, because it is slow to undo that. */
  async detach(): Promise<void> {
    await closeTogether(this.links.flatMap((link) => link.descriptors.slice(0, 1)));
  }

  /** Gives back what {@link detach} left. */
  async release(): Promise<void> {
    await closeTogether(this.#takeLinks().flatMap((link) => link.descriptors));
  }

  close(): void {
    closeAll(this.#takeLinks());
  }

  #takeLinks(): readonly Link[] {
    return this.#attached.splice(0).flatMap(({ links }) => links);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function attachOne(attachment: Attachment, loaded: LoadedProgram, environment: AttachEnvironment) {
  const spec = must(loaded.program.functions[attachment.function], `function ${attachment.function}`);
  const program = must(loaded.functions[attachment.function], `program ${attachment.function}`);
  return attach(attachment, { spec, program }, environment);
}

function warn({ message, cause }: AttachError, output: Output): void {
  output.warning(cause.message);
  output.warning(`${message}. Skipping.`);
}
