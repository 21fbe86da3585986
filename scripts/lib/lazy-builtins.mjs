// @ts-check
/**
 * An esbuild plugin: modules of Node that are loaded when something of them is first used. The bundle refers to what
 * it imports by property, so that an object of getters can stand for the module.
 */

/** @param {readonly string[]} names with `node:` @returns {import('esbuild').Plugin} */
export function lazyBuiltins(names) {
  return {
    name: 'lazy-builtins',
    setup(build) {
      const filter = new RegExp(`^(?:${names.join('|')})$`);
      build.onResolve({ filter }, ({ path, namespace }) =>
        namespace === 'lazy-builtin' ? { path, external: true } : { path, namespace: 'lazy-builtin' },
      );
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, async ({ path }) => {
        const exported = Object.keys(await import(path)).filter((name) => name !== 'default');
        const getters = exported.map(
          (name) => `get ${name}(){return require(${JSON.stringify(path)}).${name}}`,
        );
        return { contents: `module.exports={${getters.join(',')}}`, loader: 'js' };
      });
    },
  };
}
