/** All kinds of input, in the order in which they are listed. */
import type { FuzzKind } from '../kind.ts';
import { fileKinds } from './files.ts';
import { pieceKinds } from './pieces.ts';
import { programKinds } from './programs.ts';

export const fuzzKinds: readonly FuzzKind[] = [...programKinds, ...pieceKinds, ...fileKinds];
