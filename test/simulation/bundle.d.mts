/** A change of one line of the product. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const root: string;
export function bundle(entry: string, file: string, patches?: readonly Patch[]): Promise<void>;
export function patched(source: string, patches: readonly Patch[]): string;
