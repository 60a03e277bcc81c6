import { vi } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";

/** Runs one command of gluttony in this process and answers what it printed; throws what the command throws. */
export async function commandLine(...words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    await createProgram().parseAsync([...words], { from: "user" });
    return printed.join("");
  } finally {
    spy.mockRestore();
  }
}
