import { basename, resolve } from "node:path";

/** What a person asked for. */
export interface Wish {
  /** Absolute path of the folder that becomes the repository. */
  readonly folder: string;
  /** The package's name. */
  readonly name: string;
  /** The handler's name, which is also its export. */
  readonly handler: string;
  /** What npm is asked for instead of the released SDK and program; null for those. */
  readonly sdk: string | null;
  readonly program: string | null;
  readonly isInstalled: boolean;
}

/** What the arguments come to. Every fault is listed, each with what would be right. */
export type Parsed =
  | { readonly wish: Wish }
  | { readonly help: true }
  | { readonly faults: readonly string[] };

const options = ["--name", "--handler", "--sdk", "--program"] as const;
type OptionName = (typeof options)[number];

/** Reads the arguments of the command line. Pure but for the current folder, which is given. */
export function parseArguments(args: readonly string[], currentFolder: string): Parsed {
  const values = new Map<OptionName, string>();
  const folders: string[] = [];
  const faults: string[] = [];
  let isInstalled = true;
  for (let index = 0; index < args.length; index += 1) {
    const [name, inline] = splitOption(args[index] ?? "");
    if (name === "--help" || name === "-h") return { help: true };
    if (name === "--no-install") isInstalled = false;
    else if (isOption(name)) {
      const value = inline ?? args[(index += 1)];
      if (value === undefined || value.startsWith("--")) faults.push(`${name} needs a value.`);
      else values.set(name, value);
    } else if (name.startsWith("-")) faults.push(`There is no option ${name}. Known: ${known.join(", ")}.`);
    else folders.push(args[index] ?? "");
  }
  if (folders.length > 1) faults.push(`One folder is made at a time; ${folders.length} are named.`);
  const folder = resolve(currentFolder, folders[0] ?? ".");
  const wish = {
    folder,
    name: values.get("--name") ?? basename(folder),
    handler: values.get("--handler") ?? "onChange",
    sdk: values.get("--sdk") ?? null,
    program: values.get("--program") ?? null,
    isInstalled,
  };
  faults.push(...nameFaults(wish, values.has("--name")));
  return faults.length > 0 ? { faults } : { wish };
}

const known = [...options, "--no-install", "--help"];
const part = "[a-z0-9][a-z0-9._-]*";
const packagePattern = new RegExp(`^(?:@${part}/)?${part}$`);
const handlerPattern = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/;

/** Words that cannot be the name of an export. */
const reserved: ReadonlySet<string> = new Set(
  "await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split(
    " ",
  ),
);

function nameFaults({ name, handler }: Wish, isNamed: boolean): readonly string[] {
  const faults: string[] = [];
  if (!packagePattern.test(name) || name.length > 214 || name === "node_modules") {
    const from = isNamed ? "--name" : "The folder's name";
    faults.push(
      `${from} is no name of an npm package: lower case, digits and hyphens, at most 214 characters, such as --name @acme/patients.`,
    );
  }
  if (!handlerPattern.test(handler) || reserved.has(handler)) {
    faults.push(
      "--handler is no name of an export: letters, digits, _ and $, at most 64, such as onPatient.",
    );
  }
  return faults;
}

/** `--name=value` is `--name value`. */
function splitOption(argument: string): readonly [string, string | undefined] {
  const at = argument.indexOf("=");
  return argument.startsWith("--") && at > 0
    ? [argument.slice(0, at), argument.slice(at + 1)]
    : [argument, undefined];
}

function isOption(name: string): name is OptionName {
  return options.some((option) => option === name);
}
