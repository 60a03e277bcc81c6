import type { Manifest, Release } from "@gluttony/model";
import { expect, test } from "vitest";
import type { CellMachine } from "../src/cell/cell-machine.ts";
import { releaseFences } from "../src/release-fences.ts";

function releaseWith(changes: Partial<Manifest>): Release {
  const manifest: Manifest = {
    ...{ manifest: 1, protocols: [1], needs: [], handlers: [], permissions: { net: [] } },
    limits: { memoryMb: 64 },
    ...changes,
  };
  const place = { root: "/store/p", isFirstParty: false, grantedNet: [] };
  return { package: "p", version: "1.0.0", treeHash: "t", manifest, ...place };
}

function machineWith(changes: Partial<CellMachine>): CellMachine {
  const fences = { endsWithHost: true, hasNamespaces: true };
  return { node: { path: "node", version: "20.19.0" }, fences, user: { uid: 1, gid: 1 }, ...changes };
}

test("on a machine that gives all, all fences hold", () => {
  const fences = releaseFences(releaseWith({ isolation: "namespace" }), machineWith({}));

  expect(fences).toEqual({
    holding: ["process", "files", "end", "user", "processes", "network"],
    missing: [],
    fault: null,
  });
});

test("what a machine lacks is missing, and a release that does not insist on it runs", () => {
  const bare = { fences: { endsWithHost: false, hasNamespaces: false }, user: null };

  const old = releaseFences(releaseWith({}), machineWith(bare));
  const recent = releaseFences(
    releaseWith({}),
    machineWith({ ...bare, node: { path: "node", version: "26.1.0" } }),
  );

  expect(old).toMatchObject({ holding: ["process", "files"], fault: null });
  expect(recent.holding).toEqual(["process", "files", "network"]);
});

test("a release that asks for more than a fence can give is marked with the code that refuses it", () => {
  const noSpaces = machineWith({ fences: { endsWithHost: true, hasNamespaces: false } });

  const spaces = releaseFences(releaseWith({ isolation: "namespace" }), noSpaces);
  const user = releaseFences(releaseWith({ isolation: "user" }), machineWith({}), false);
  const node = releaseFences(releaseWith({ node: ">=24" }), machineWith({}));

  expect(spaces.fault).toMatchObject({ code: "plugin.isolation_unavailable", facts: { asks: "namespace" } });
  expect(user).toMatchObject({ missing: ["user"], fault: { code: "plugin.isolation_unavailable" } });
  expect(node.fault).toMatchObject({ code: "plugin.node_unsupported" });
});
