import { describe, expect, test } from "vitest";
import { applyChanges } from "../../src/activation/apply-changes.ts";
import { planDeed, type PluginDeed } from "../../src/activation/plan-deed.ts";
import type { ConsumerUse, PluginStanding } from "../../src/activation/plugin-standing.ts";
import { servedVersion, usersOf } from "../../src/activation/served-version.ts";
import { parseHandlerFunc } from "../../src/parse-handler-func.ts";

/** A plugin with these releases installed and none active, and consumers by their `handler_func`. */
function plugin(versions: readonly string[], consumers: { readonly [name: string]: string } = {}): Plugin {
  const releases = versions.map((version) => ({
    version,
    isActive: false,
    sequence: null,
    previous: null,
    verification: null,
  }));
  const uses = Object.entries(consumers).map(([name, handlerFunc], index): ConsumerUse => {
    const parsed = parseHandlerFunc(handlerFunc, { builtins: ["empi"] });
    return { id: String(index + 1), name, ref: "ref" in parsed ? parsed.ref : null, pin: null, shadow: null };
  });
  return new Plugin({ package: "@acme/hello", releases, consumers: uses });
}

class Plugin {
  standing: PluginStanding;

  constructor(standing: PluginStanding) {
    this.standing = standing;
  }

  do(...deeds: readonly PluginDeed[]): this {
    for (const deed of deeds) this.standing = applyChanges(this.standing, planDeed(this.standing, deed));
    return this;
  }

  get served(): { readonly [name: string]: string | undefined } {
    return Object.fromEntries(
      usersOf(this.standing).map((user) => [user.name, servedVersion(this.standing, user)]),
    );
  }

  get active(): readonly string[] {
    return this.standing.releases.filter(({ isActive }) => isActive).map(({ version }) => version);
  }
}

const activate = (version: string): PluginDeed => ({ do: "activate", version });
const deactivate = (version: string): PluginDeed => ({ do: "deactivate", version });
const uninstall = (version: string): PluginDeed => ({ do: "uninstall", version });
const pin = (consumer: string, version: string): PluginDeed => ({ do: "pin", consumer, version });
const unpin = (consumer: string): PluginDeed => ({ do: "unpin", consumer });
const rollBack = (consumer: string | null = null): PluginDeed => ({ do: "roll-back", consumer });

describe("activation", () => {
  test("the highest active release in each range serves, side by side", () => {
    const hello = plugin(["1.0.0", "1.4.0", "2.0.0", "3.0.0-rc.1"], {
      any: "@acme/hello",
      first: "@acme/hello@^1",
      exact: "@acme/hello@1.0.0",
    });

    hello.do(activate("1.0.0"), activate("2.0.0"), activate("1.4.0"), activate("3.0.0-rc.1"));

    expect(hello.served).toEqual({ any: "2.0.0", first: "1.4.0", exact: "1.0.0" });
  });

  test("activating what is active changes nothing", () => {
    const hello = plugin(["1.0.0"]).do(activate("1.0.0"));

    expect(planDeed(hello.standing, activate("1.0.0"))).toEqual([]);
  });

  test("a pin stands before the range, and taking it away gives the range back", () => {
    const hello = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello@^1", b: "@acme/hello" });
    hello.do(activate("1.0.0"), pin("a", "1.1.0"));

    const pinned = hello.served;
    hello.do(unpin("a"));

    expect(pinned).toEqual({ a: "1.1.0", b: "1.0.0" });
    expect(hello.served).toEqual({ a: "1.0.0", b: "1.0.0" });
  });

  test("a pin names a pre-release exactly, so one may be tried on one consumer", () => {
    const hello = plugin(["1.0.0", "1.1.0-rc.1"], { a: "@acme/hello@^1" }).do(activate("1.0.0"));

    expect(hello.do(pin("a", "1.1.0-rc.1")).served).toEqual({ a: "1.1.0-rc.1" });
  });
});

describe("roll-back", () => {
  test("takes activations back one by one, until there is none before", () => {
    const hello = plugin(["1.0.0", "1.1.0", "1.2.0"], { a: "@acme/hello" });
    hello.do(activate("1.0.0"), activate("1.1.0"), activate("1.2.0"));

    const once = hello.do(rollBack()).served;
    const twice = hello.do(rollBack()).served;

    expect([once, twice]).toEqual([{ a: "1.1.0" }, { a: "1.0.0" }]);
    expect(() => hello.do(rollBack())).toThrow(expect.objectContaining({ code: "plugin.no_previous" }));
  });

  test("activates what was before also when it was deactivated meanwhile", () => {
    const hello = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello" });
    hello.do(activate("1.0.0"), activate("1.1.0"), deactivate("1.0.0"));

    expect(hello.do(rollBack()).active).toEqual(["1.0.0"]);
  });

  test("of one consumer pins it to what served it before and leaves the others alone", () => {
    const hello = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello", b: "@acme/hello" });
    hello.do(activate("1.0.0"), activate("1.1.0"));

    expect(hello.do(rollBack("a")).served).toEqual({ a: "1.0.0", b: "1.1.0" });
    expect(() => hello.do(rollBack("a"))).toThrow(expect.objectContaining({ code: "plugin.no_previous" }));
  });

  test("of a pinned consumer goes to what served it before the pin", () => {
    const hello = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello" }).do(activate("1.0.0"));

    expect(hello.do(pin("a", "1.1.0"), rollBack("a")).served).toEqual({ a: "1.0.0" });
  });
});

describe("refusals", () => {
  const both = (): Plugin =>
    plugin(["1.0.0", "1.1.0", "2.0.0"], {
      a: "@acme/hello@^1",
      exact: "@acme/hello@1.1.0",
      other: "empi",
      broken: "../hello",
    }).do(activate("1.0.0"), activate("1.1.0"));

  test.each<readonly [string, PluginDeed, string]>([
    ["an unknown release", activate("9.9.9"), "plugin.release_unknown"],
    ["deactivating what is not active", deactivate("2.0.0"), "plugin.not_active"],
    ["deactivating what the only row needs", deactivate("1.1.0"), "plugin.still_needed"],
    ["rolling back what a row names exactly", rollBack(), "plugin.still_needed"],
    ["a pin against the range", pin("a", "2.0.0"), "plugin.pin_out_of_range"],
    ["a pin against the exact version", pin("exact", "1.0.0"), "plugin.pin_out_of_range"],
    ["a consumer that is not there", pin("nobody", "1.0.0"), "consumer.not_found"],
    ["a consumer of another plugin", pin("other", "1.0.0"), "plugin.consumer_uses_another"],
    ["a consumer whose handler_func cannot be read", unpin("broken"), "plugin.consumer_uses_another"],
    ["taking away a pin that is not there", unpin("a"), "plugin.not_pinned"],
    ["uninstalling what is active", uninstall("1.1.0"), "plugin.release_active"],
  ])("%s is refused", (_name, deed, code) => {
    expect(() => planDeed(both().standing, deed)).toThrow(expect.objectContaining({ code }));
  });

  test("a release is not uninstalled while it is pinned, a roll-back's goal, or named by a row", () => {
    const pinned = both().do(pin("a", "1.0.0"), deactivate("1.0.0"));
    const previous = both().do(deactivate("1.0.0"));
    const named = plugin(["1.0.0", "1.1.0"], { exact: "@acme/hello@1.1.0" });
    const before = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello" }).do(activate("1.1.0"));
    before.do(activate("1.0.0"), pin("a", "1.0.0"), deactivate("1.1.0"));

    expect(() => pinned.do(uninstall("1.0.0"))).toThrow(
      expect.objectContaining({
        code: "plugin.release_pinned",
        facts: expect.objectContaining({ consumers: ["a"] }),
      }),
    );
    expect(() => previous.do(uninstall("1.0.0"))).toThrow(
      expect.objectContaining({ code: "plugin.release_previous" }),
    );
    expect(() => named.do(uninstall("1.1.0"))).toThrow(
      expect.objectContaining({ code: "plugin.release_named" }),
    );
    expect(() => before.do(uninstall("1.1.0"))).toThrow(
      expect.objectContaining({ code: "plugin.release_previous" }),
    );
  });

  test("a release that nobody uses is uninstalled", () => {
    const hello = plugin(["1.0.0", "1.1.0"], { a: "@acme/hello" }).do(activate("1.1.0"));

    expect(hello.do(uninstall("1.0.0")).standing.releases.map(({ version }) => version)).toEqual(["1.1.0"]);
  });

  test("unpinning is refused when the range would give nothing", () => {
    const hello = plugin(["1.0.0"], { a: "@acme/hello" }).do(pin("a", "1.0.0"));

    expect(() => hello.do(unpin("a"))).toThrow(expect.objectContaining({ code: "plugin.still_needed" }));
  });

  test("a plugin of which nothing is installed is not known", () => {
    expect(() => plugin([]).do(activate("1.0.0"))).toThrow(
      expect.objectContaining({ code: "plugin.not_installed" }),
    );
  });
});

describe("a shadow", () => {
  test("is any installed release, also outside of the range, and changes nothing of what serves", () => {
    const hello = plugin(["1.0.0", "2.0.0"], { ward: "@acme/hello@^1" }).do(activate("1.0.0"));

    hello.do({ do: "shadow", version: "2.0.0", consumer: "ward" });

    expect(hello.standing.consumers[0]?.shadow).toBe("2.0.0");
    expect(hello.served).toEqual({ ward: "1.0.0" });
    expect(planDeed(hello.standing, { do: "shadow", version: "2.0.0", consumer: "ward" })).toEqual([]);
    expect(() => hello.do(uninstall("2.0.0"))).toThrow(
      expect.objectContaining({ code: "plugin.release_shadows" }),
    );
  });

  test("is turned off once, and what is not installed or uses another plugin is refused", () => {
    const hello = plugin(["1.0.0", "2.0.0"], { ward: "@acme/hello", other: "@acme/other" });
    hello.do(activate("1.0.0"), { do: "shadow", version: "2.0.0", consumer: "ward" });

    hello.do({ do: "unshadow", consumer: "ward" }, uninstall("2.0.0"));

    expect(hello.standing.consumers[0]?.shadow).toBeNull();
    const refused = (deed: PluginDeed): unknown => {
      try {
        return planDeed(hello.standing, deed);
      } catch (error) {
        return error;
      }
    };
    expect(refused({ do: "unshadow", consumer: "ward" })).toMatchObject({ code: "plugin.not_shadowed" });
    expect(refused({ do: "shadow", version: "2.0.0", consumer: "ward" })).toMatchObject({
      code: "plugin.release_unknown",
    });
    expect(refused({ do: "shadow", version: "1.0.0", consumer: "other" })).toMatchObject({
      code: "plugin.consumer_uses_another",
    });
  });
});

describe("a release that a host takes back", () => {
  const failing = (): Plugin =>
    plugin(["1.0.0", "1.1.0"], { ward: "@acme/hello@^1", clinic: "@acme/hello@^1.1" }).do(
      activate("1.0.0"),
      activate("1.1.0"),
    );
  const takeBack = (consumer: string): PluginDeed => ({
    ...{ do: "take-back", version: "1.1.0", consumer, to: "1.0.0" },
  });

  test("leaves the consumer pinned to the one before, with the one that failed beside it", () => {
    const hello = failing().do(takeBack("ward"));

    expect(hello.standing.consumers[0]?.pin).toMatchObject({ version: "1.0.0", insteadOf: "1.1.0" });
    expect(hello.served).toEqual({ clinic: "1.1.0", ward: "1.0.0" });
    expect(planDeed(hello.standing, takeBack("ward"))).toEqual([]);
  });

  test("serves again when a person unpins the consumer, and stays away when one pins it for good", () => {
    const lifted = failing().do(takeBack("ward"), unpin("ward"));
    const kept = failing().do(takeBack("ward"), pin("ward", "1.0.0"));

    expect(lifted.served["ward"]).toBe("1.1.0");
    expect(kept.standing.consumers[0]?.pin).toMatchObject({ version: "1.0.0", insteadOf: null });
  });

  test("is left alone when it does not serve any more, and refused where the one before is out of range", () => {
    const gone = failing().do(pin("ward", "1.0.0"));

    expect(planDeed(gone.standing, takeBack("ward"))).toEqual([]);
    expect(() => failing().do(takeBack("clinic"))).toThrow(
      expect.objectContaining({ code: "plugin.pin_out_of_range" }),
    );
  });
});
