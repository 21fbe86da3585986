/** Mistakes in the use of a tool and refusals of the machine: said as one line, with what to do instead. */
export class ToolUsageError extends Error {
  override readonly name = 'ToolUsageError';
}

/** This kernel cannot serve the tool. */
export class ToolUnavailableError extends Error {
  override readonly name = 'ToolUnavailableError';
}

/** The program of a tool does not compile: a mistake of ours. */
export class InternalToolError extends Error {
  override readonly name = 'InternalToolError';
}
