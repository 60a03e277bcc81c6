import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
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
    expect(await resolveReference("${env:HIS}", { env: { HIS: "postgres://x" } })).toBe("postgres://x");
  });

  test("a file is read without its last line end", async () => {
    const path = join(folder, "one");
    await writeFile(path, "postgres://x\n");

    expect(await resolveReference(`\${file:${path}}`, { env: {}, secretsDir: folder })).toBe("postgres://x");
    expect(await resolveReference("${file:one}", { env: {}, secretsDir: folder })).toBe("postgres://x");
  });

  test.each(["${env:ABSENT}", "${env:EMPTY}", "${file:absent}", "${file:/no/such/file}"])(
    "%s leads nowhere",
    async (reference) => {
      await expect(
        resolveReference(reference, { env: { EMPTY: "" }, secretsDir: folder }),
      ).rejects.toMatchObject(missing);
    },
  );

  test("a file that is too large is refused", async () => {
    const path = join(folder, "large");
    await writeFile(path, "x".repeat(65_537));

    await expect(resolveReference(`\${file:${path}}`, { env: {}, secretsDir: folder })).rejects.toMatchObject(
      missing,
    );
  });

  describe("a file out of the folder of secrets", () => {
    let secretsDir: string;
    beforeAll(async () => {
      secretsDir = join(folder, "secrets");
      await mkdir(join(secretsDir, "..data"), { recursive: true });
      await mkdir(join(folder, "secrets-of-others"));
      await writeFile(join(folder, "outside"), "not yours");
      await writeFile(join(folder, "secrets-of-others", "outside"), "not yours");
      await writeFile(join(secretsDir, "..data", "emr"), "postgres://x");
      await symlink(join("..data", "emr"), join(secretsDir, "emr"));
      await symlink(join("..", "outside"), join(secretsDir, "link-out"));
      await symlink("..", join(secretsDir, "folder-out"));
    });

    test.each([
      ["by its path", () => join(folder, "outside")],
      ["by steps upwards", () => "../outside"],
      ["by steps upwards within a path", () => `${secretsDir}/../outside`],
      ["in a folder that begins with the same name", () => join(folder, "secrets-of-others", "outside")],
      ["by a link", () => "link-out"],
      ["by a linked folder", () => "folder-out/outside"],
      ["when it is the folder itself", () => secretsDir],
      ["of the machine", () => "/etc/passwd"],
    ])("is not read %s", async (_, path) => {
      const reading = resolveReference(`\${file:${path()}}`, { env: {}, secretsDir });

      await expect(reading).rejects.toMatchObject({
        ...missing,
        facts: { reason: "it is not in GLUTTONY_SECRETS_DIR" },
      });
    });

    test("is not told from one that is not there", async () => {
      const there = resolveReference(`\${file:${folder}/outside}`, { env: {}, secretsDir });
      const nowhere = resolveReference(`\${file:${folder}/nothing}`, { env: {}, secretsDir });

      await expect(there).rejects.toMatchObject({ facts: { reason: "it is not in GLUTTONY_SECRETS_DIR" } });
      await expect(nowhere).rejects.toMatchObject({ facts: { reason: "it is not in GLUTTONY_SECRETS_DIR" } });
    });

    test("a link within the folder is followed, as Kubernetes makes them", async () => {
      expect(await resolveReference("${file:emr}", { env: {}, secretsDir })).toBe("postgres://x");
    });

    test("and without such a folder no file is read", async () => {
      await expect(resolveReference(`\${file:${secretsDir}/emr}`, { env: {} })).rejects.toMatchObject(
        missing,
      );
    });
  });

  test("gluttony's own secrets are not given out", async () => {
    const env = { GLUTTONY_MASTER_KEY: "k" };

    await expect(resolveReference("${env:GLUTTONY_MASTER_KEY}", { env })).rejects.toMatchObject(missing);
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
    expect(await resolveReference("${secret:emr}", { env: {}, openNamed })).toBe("postgres://x");
    await expect(resolveReference("${secret:lab}", { env: {}, openNamed })).rejects.toMatchObject(missing);
    await expect(resolveReference("${secret:emr}", { env: {} })).rejects.toMatchObject(missing);
  });
});
