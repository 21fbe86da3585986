/** What unpacking can fail with: damaged input, or a form that is not read. */
export class XzError extends Error {
  override readonly name = 'XzError';
}
