/** Iterators: the link alone does nothing; the session runs it, or whoever reads the file it is pinned to. */
import { attachIterator } from '../../kernel/link.ts';
import { pinObject } from '../../kernel/pin.ts';
import type { Attacher } from '../attacher.ts';

export const attachIter: Attacher<'iterator'> = ({ pin }, { program }, { kernel }) => {
  const link = attachIterator(kernel, program);
  if (pin === undefined) return [link];
  try {
    pinObject(kernel, link.fd, pin);
    return [link];
  } catch (error) {
    link.close();
    throw error;
  }
};
