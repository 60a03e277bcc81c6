import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isReference, resolveReference } from "../src/secret-reference.ts";

describe("references to secrets", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gluttony-reference-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const missing = { code: "secret.reference_missing" };

  test("a variable is read", async () => {
    expect(await resolveReference("${env:HIS}", { HIS: "postgres://x" })).toBe("postgres://x");
  });

  test("a file is read without its last line end", async () => {
    const path = join(folder, "one");
    await writeFile(path, "postgres://x\n");

    expect(await resolveReference(`\${file:${path}}`, {})).toBe("postgres://x");
  });

  test.each(["${env:ABSENT}", "${env:EMPTY}", "${file:relative}", "${file:/no/such/file}"])(
    "%s leads nowhere",
    async (reference) => {
      await expect(resolveReference(reference, { EMPTY: "" })).rejects.toMatchObject(missing);
    },
  );

  test("a file that is too large is refused", async () => {
    const path = join(folder, "large");
    await writeFile(path, "x".repeat(65_537));

    await expect(resolveReference(`\${file:${path}}`, {})).rejects.toMatchObject(missing);
  });

  test("gluttony's own secrets are not given out", async () => {
    const env = { GLUTTONY_MASTER_KEY: "k" };

    await expect(resolveReference("${env:GLUTTONY_MASTER_KEY}", env)).rejects.toMatchObject(missing);
  });

  test("only a whole text is a reference", () => {
    expect(["${env:A}", "${file:/a b}"].every(isReference)).toBe(true);
    expect(["", "${env:}", "${vault:a}", "x${env:A}", "${env:A}x", "${env:{}}"].some(isReference)).toBe(
      false,
    );
  });

  test("a secret under a name of ours is opened, and one without a value leads nowhere", async () => {
    const openNamed = async (name: string): Promise<string | null> =>
      name === "emr" ? "postgres://x" : null;

    expect(isReference("${secret:emr}")).toBe(true);
    expect(await resolveReference("${secret:emr}", {}, openNamed)).toBe("postgres://x");
    await expect(resolveReference("${secret:lab}", {}, openNamed)).rejects.toMatchObject(missing);
    await expect(resolveReference("${secret:emr}", {})).rejects.toMatchObject(missing);
  });
});
