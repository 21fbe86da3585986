/** The whole catalogue under one name. Codes are unique across areas (tested). */
import { attachMessages } from './catalogue/attach.ts';
import { cDefinitionMessages } from './catalogue/c-definitions.ts';
import { callMessages } from './catalogue/calls.ts';
import { configMessages, optionMessages } from './catalogue/config.ts';
import { controlMessages } from './catalogue/control.ts';
import { functionMessages } from './catalogue/functions.ts';
import { importMessages } from './catalogue/imports.ts';
import { literalMessages } from './catalogue/literals.ts';
import { macroMessages } from './catalogue/macros.ts';
import { mapMessages } from './catalogue/maps.ts';
import { nameMessages } from './catalogue/names.ts';
import { syntaxMessages } from './catalogue/syntax.ts';
import { typeMessages } from './catalogue/types.ts';
import { warningMessages } from './catalogue/warnings.ts';

export const messages = {
  ...syntaxMessages,
  ...literalMessages,
  ...nameMessages,
  ...typeMessages,
  ...mapMessages,
  ...controlMessages,
  ...macroMessages,
  ...cDefinitionMessages,
  ...importMessages,
  ...configMessages,
  ...optionMessages,
  ...callMessages,
  ...functionMessages,
  ...attachMessages,
  ...warningMessages,
} as const;
