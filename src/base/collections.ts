/** Small helpers over the built-in collections, for the shapes that every phase would otherwise spell out. */

/** The entry of `key`, made on first use. */
export function getOrCreate<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
