import type { Release } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver } from "../support/small-house.ts";

const path = "/api/v1/releases";

function release(version: string): Release {
  return {
    package: "@example/empi",
    version,
    treeHash: "sha256-x",
    root: "/secret/folder",
    manifest: {
      manifest: 1,
      protocols: [1],
      needs: [],
      handlers: [{ name: "empi", entry: ".", export: "empi", title: "EMPI", config: {} }],
      permissions: { net: ["https://empi.example"] },
      limits: { memoryMb: 64 },
    },
    isFirstParty: false,
    grantedNet: ["https://empi.example"],
  };
}

test("a release is shown with what it may do, but without its folder", async () => {
  const { app, house } = appOver();
  house.installed.push(release("1.0.0"));

  const answer = await app.inject(path);

  expect(answer.json().items).toMatchObject([
    { package: "@example/empi", version: "1.0.0", handlers: [{ name: "empi", title: "EMPI" }] },
  ]);
  expect(answer.body).not.toContain("/secret/folder");
});

test("the list of releases goes on where the cursor says", async () => {
  const { app, house } = appOver();
  house.installed.push(release("1.1.0"), release("1.0.0"));

  const first = await app.inject(`${path}?limit=1`);
  const second = await app.inject(`${path}?limit=1&cursor=${first.json().next}`);

  expect(first.json().items).toMatchObject([{ version: "1.0.0" }]);
  expect(second.json()).toMatchObject({ items: [{ version: "1.1.0" }], next: null });
});

test("an unknown parameter is refused", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?package=x`);

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/package"]);
});
