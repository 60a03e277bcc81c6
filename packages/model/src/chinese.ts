/** What a person reads of one code in Chinese: its title, and what to do next. */
export type ChineseEntry = readonly [title: string, remedy: string];

/** Chinese for every code of one subject; the compiler names the code that lacks one. */
export type ChineseOf<Codes> = { readonly [code in keyof Codes]: ChineseEntry };
