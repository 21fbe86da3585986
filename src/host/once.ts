/** Lazy answers: computed at the first question, the same ever after. */

export function once<T>(compute: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => {
    answer ??= { value: compute() };
    return answer.value;
  };
}

export function remembered<T>(compute: (key: string) => T): (key: string) => T {
  const answers = new Map<string, T>();
  return (key) => {
    if (!answers.has(key)) answers.set(key, compute(key));
    // Present: it was set above. The type may itself allow undefined.
    return answers.get(key) as T;
  };
}
