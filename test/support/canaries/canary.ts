/** What is planted as one person, with a secret beside: nothing of it may be seen again. */
export interface Canary {
  readonly password: string;
  /** In another script, as most patients' names are. */
  readonly name: string;
  readonly nationalId: string;
}

/** With what every canary of a kind begins: whoever finds these finds them all. */
export const canaryMarks: { readonly [kind in keyof Canary]: string } = {
  password: 'Zq7!Kana"/',
  name: "甄金雀",
  nationalId: "7318840291",
};

/** The canary of this number. */
export function canaryOf(at: number): Canary {
  const number = String(at).padStart(6, "0");
  return {
    password: `${canaryMarks.password}${number}+ri%x`,
    name: `${canaryMarks.name}${number}`,
    nationalId: `${canaryMarks.nationalId}${number}`,
  };
}
