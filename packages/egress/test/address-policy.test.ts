import type { LookupAddress } from "node:dns";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ADDRESS_REFUSED, checkedLookup, isAddressRefused, isHostRefused } from "../src/index.ts";

describe("addresses", () => {
  test.each([
    "169.254.169.254",
    "169.254.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "255.255.255.255",
    "100.100.100.200",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::ffff:0.0.0.0",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "not an address",
    "",
  ])("%s is refused", (address) => {
    expect(isAddressRefused(address)).toBe(true);
  });

  test.each([
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd12::1",
    "8.8.8.8",
    "2001:db8::1",
    "64:ff9b::808:808",
  ])("%s is allowed, because hospitals live there", (address) => {
    expect(isAddressRefused(address)).toBe(false);
  });

  test("every link-local address is refused in every notation that a URL understands", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (third, fourth) => {
        const number = ((169 << 24) | (254 << 16) | (third << 8) | fourth) >>> 0;
        const notations = [
          `169.254.${third}.${fourth}`,
          String(number),
          `0x${number.toString(16)}`,
          `0251.0376.${third}.${fourth}`,
        ];
        const hosts = notations.map((host) => new URL(`http://${host}/`).hostname);
        expect(hosts.filter((host) => !isHostRefused(host))).toEqual([]);
      }),
    );
  });
});

describe("the lookup", () => {
  const answering = (addresses: LookupAddress[]) =>
    checkedLookup((_host, _options, done) => done(null, addresses));

  test("answers exactly the addresses it checked, so that the socket is pinned to them", async () => {
    const lookup = answering([{ address: "10.0.0.1", family: 4 }]);

    const found = await new Promise((resolve) =>
      lookup("empi", { all: true }, (error, all) => resolve([error, all])),
    );

    expect(found).toEqual([null, [{ address: "10.0.0.1", family: 4 }]]);
  });

  test("refuses a name when one of its addresses is refused", async () => {
    const lookup = answering([
      { address: "10.0.0.1", family: 4 },
      { address: "169.254.169.254", family: 4 },
    ]);

    const error = await new Promise((resolve) => lookup("rebinding", {}, (fault) => resolve(fault)));

    expect(error).toMatchObject({ code: ADDRESS_REFUSED });
  });

  test("refuses a name without an address", async () => {
    const error = await new Promise((resolve) => answering([])("nothing", {}, (fault) => resolve(fault)));

    expect(error).toMatchObject({ code: ADDRESS_REFUSED });
  });
});
