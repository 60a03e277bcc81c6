import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeCellFolder, sweepCellFolders } from "../../src/cell/cell-folder.ts";

// Above the largest process id that Linux gives out.
const nobody = 4_194_305;

test("folders of dead hosts are removed, those of living ones stay", async () => {
  const dead = await mkdtemp(join(tmpdir(), `gluttony-cell-${nobody}-`));
  const ours = await makeCellFolder();
  const foreign = await mkdtemp(join(tmpdir(), "gluttony-cell-other-"));

  await sweepCellFolders();

  expect([dead, ours, foreign].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  await Promise.all([ours, foreign].map((folder) => rm(folder, { recursive: true })));
});
