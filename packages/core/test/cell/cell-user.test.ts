import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unreadableFor } from "../../src/cell/cell-user.ts";

const stranger = { uid: 60_999, gid: 60_999 };

test("names the first file or folder that another user cannot read or pass", async () => {
  const base = await mkdtemp(join(tmpdir(), "gluttony-cell-user-"));
  const [open, closed] = [join(base, "open"), join(base, "closed")];
  const files = [join(open, "a.js"), join(closed, "a.js"), join(open, "secret.js")];
  try {
    for (const folder of [open, closed]) await mkdir(folder);
    for (const file of files) await writeFile(file, "");
    await chmod(base, 0o711);
    await chmod(open, 0o755);
    await chmod(closed, 0o700);
    await chmod(files[0]!, 0o644);
    await chmod(files[2]!, 0o600);

    const found = files.map((file) => unreadableFor(stranger, [file]));

    expect(found).toEqual([null, closed, files[2]]);
    expect(unreadableFor(stranger, [join(open, "missing.js")])).toBe(join(open, "missing.js"));
    expect(unreadableFor({ uid: process.getuid?.() ?? 0, gid: 60_999 }, files)).toBeNull();
  } finally {
    await rm(base, { recursive: true, force: true });
  }
});
