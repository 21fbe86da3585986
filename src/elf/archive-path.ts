/** `x.apk!/lib/y.so`: a library that lies in an archive, from which Android and some tools load it directly. */
export interface ArchivePath {
  /** The file on disk. */
  readonly archive: string;
  readonly member: string | undefined;
}

export function archivePath(path: string): ArchivePath {
  const at = path.indexOf('!/');
  return at < 0
    ? { archive: path, member: undefined }
    : { archive: path.slice(0, at), member: path.slice(at + 2) };
}
