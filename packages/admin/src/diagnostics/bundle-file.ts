/** What was read for one file: a text, or the code that says why there is none. */
export type ReadText = { readonly text: string } | { readonly code: string };

/** A file that a bundle should hold. */
export interface WantedFile {
  readonly path: string;
  /** Where it is from: a request of the API, or what the host said. */
  readonly source: string;
  readonly read: () => Promise<ReadText>;
}

/** A file of a bundle. */
export interface BundleFile {
  readonly path: string;
  readonly source: string;
  readonly bytes: Buffer;
}

/** A file that a bundle should hold and does not. */
export interface LeftFile {
  readonly path: string;
  readonly source: string;
  /** `refused` by the API, `failed` to be read, not read `in_time`, `too_large` by itself, or `no_room` beside the others. */
  readonly reason: "refused" | "failed" | "in_time" | "too_large" | "no_room";
  /** The API's code, where it refused. */
  readonly code: string | null;
}
