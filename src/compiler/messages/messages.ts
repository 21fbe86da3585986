/** The whole catalogue under one name. Codes are unique across areas (tested). */
import { literalMessages } from './catalogue/literals.ts';
import { syntaxMessages } from './catalogue/syntax.ts';

export const messages = { ...syntaxMessages, ...literalMessages } as const;
