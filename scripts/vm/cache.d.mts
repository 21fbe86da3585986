/** Types of cache.mjs for the tests. */
export declare const cacheFolder: string;
export declare function addToCache(
  name: string,
  make: (scratch: string) => void | Promise<void>,
): Promise<string>;
