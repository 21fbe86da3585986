/** What reading an ELF file can fail with. Names the file and, where there is one, the byte offset in it. */

export class ElfError extends Error {
  readonly file: string;
  readonly offset: number | undefined;
  /** Without the place. */
  readonly problem: string;

  constructor(file: string, offset: number | undefined, problem: string) {
    super(`${file}${offset === undefined ? '' : ` at offset 0x${offset.toString(16)}`}: ${problem}`);
    this.name = 'ElfError';
    this.file = file;
    this.offset = offset;
    this.problem = problem;
  }
}
