// @ts-check
/** Medians and ratios of measurements, and their table. */

/** @typedef {{ readonly name: string, readonly tool: string, readonly seconds: number, readonly megabytes: number }} Measurement */
/** @typedef {{ readonly tool: string, readonly seconds: number, readonly megabytes: number, readonly runs: number }} Median */
/** @typedef {{ readonly name: string, readonly medians: readonly Median[] }} Summary */

/** @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** In the order of first appearance. @param {readonly Measurement[]} measurements @returns {Summary[]} */
export function summarise(measurements) {
  const names = [...new Set(measurements.map(({ name }) => name))];
  return names.map((name) => {
    const here = measurements.filter((one) => one.name === name);
    const tools = [...new Set(here.map(({ tool }) => tool))];
    return { name, medians: tools.map((tool) => medianOf(tool, here)) };
  });
}

/** @param {string} tool @param {readonly Measurement[]} measurements @returns {Median} */
function medianOf(tool, measurements) {
  const own = measurements.filter((one) => one.tool === tool);
  return {
    tool,
    seconds: median(own.map(({ seconds }) => seconds)),
    megabytes: median(own.map(({ megabytes }) => megabytes)),
    runs: own.length,
  };
}

/** Ratios are to the other tool: below 1 is better. @param {readonly Summary[]} summaries */
export function table(summaries) {
  return summaries
    .map(({ name, medians }) => {
      const [own, peer] = medians;
      const lines = medians.map(
        ({ tool, seconds, megabytes, runs }) =>
          `  ${tool.padEnd(10)} ${seconds.toFixed(3).padStart(8)} s ${megabytes.toFixed(0).padStart(6)} MB  (${runs} runs)`,
      );
      const ratio =
        own === undefined || peer === undefined
          ? []
          : [
              `  ratio      ${(own.seconds / peer.seconds).toFixed(3).padStart(8)}   ${(own.megabytes / peer.megabytes).toFixed(2).padStart(6)}`,
            ];
      return [name, ...lines, ...ratio].join('\n');
    })
    .join('\n\n');
}
