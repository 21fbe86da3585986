/**
 * The probes of a session: attached in the language's order, detached together. What happens when the machine
 * refuses one is the script's choice (`missing_probes`).
 */
import { must } from '../base/assert.ts';
import { closeAll } from '../kernel/fd.ts';
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

export class ProbeLinks implements Disposable {
  /** Probes that are attached, by their number as people count them: each target of a wildcard is one. */
  count = 0;
  /** Those that are to be run, among `links`. */
  readonly iterators: Link[] = [];
  #links: Link[] = [];

  /** @throws AttachError when a probe is refused and the script does not want to do without. */
  attachAll(loaded: LoadedProgram, options: ProbeLinksOptions): void {
    for (const attachment of attachOrder(loaded.program.attachments)) {
      options.onAttach(attachment);
      try {
        const links = attachOne(attachment, loaded, options);
        this.#links.push(...links);
        if (attachment.point.kind === 'iterator' && attachment.point.pin === undefined)
          this.iterators.push(...links);
        this.count += attachment.probes.length;
      } catch (error) {
        if (!(error instanceof AttachError) || options.missingProbes === 'error') throw error;
        if (options.missingProbes === 'warn') warn(error, options.output);
      }
    }
  }

  get links(): readonly Link[] {
    return this.#links;
  }

  close(): void {
    closeAll(this.#links.splice(0));
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
