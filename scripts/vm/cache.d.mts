/** Type of the part of cache.mjs that tests use. */
export declare const cacheFolder: string;
