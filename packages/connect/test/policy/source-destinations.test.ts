import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createSourceDestinations, type ResolveHost } from "../../src/policy/source-destinations.ts";

/** Fails the test when a forbidden address is asked for; nothing is really sent anywhere. */
const neverAsked: ResolveHost = (host) => {
  throw new Error(`${host} was looked up`);
};
const leadingTo =
  (...addresses: readonly string[]): ResolveHost =>
  (_host, done) =>
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "admitted",
    (error: unknown) => Reflect.get(Object(error), "code"),
  );

test.each([
  // This machine.
  "127.0.0.1",
  "127.255.255.254",
  "127.1",
  "0x7f000001",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "017700000001",
  "2130706433",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "db.localhost",
  "localhost.localdomain",
  "ip6-localhost",
  "::1",
  "[::1]",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "[::ffff:127.0.0.1]",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  // Unspecified: connects to this machine as well.
  "0.0.0.0",
  "0",
  "0.0",
  "::",
  "::ffff:0.0.0.0",
  // Metadata and link-local.
  "169.254.169.254",
  "169.254.43518",
  "2852039166",
  "0xa9fea9fe",
  "0xa9.0xfe.0xa9.0xfe",
  "0251.0376.0251.0376",
  "0251.254.169.254",
  "169.254.169.254.",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "::169.254.169.254",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "100.100.100.200",
  "192.0.0.192",
  "metadata",
  "metadata.google.internal",
  "metadata.google.internal.",
  "METADATA.GOOGLE.INTERNAL",
  "instance-data",
  "instance-data.ec2.internal",
  // Multicast and reserved.
  "224.0.0.1",
  "255.255.255.255",
  "240.0.0.1",
  "ff02::1",
  // No names at all.
  "",
  " ",
  "user@127.0.0.1",
  "127.0.0.1:5432",
  "127.0.0.1/x",
  "/var/run/postgresql",
  "@abstract",
  "a,127.0.0.1",
  "①②⑦.0.0.1",
  "127。0。0。1",
  "ⓛocalhost",
  "local\u00adhost",
  "his\r\nlocalhost",
  "his\0",
])("the destination %j is refused without being looked up", async (host) => {
  const destinations = createSourceDestinations({ localSources: [], resolve: neverAsked });

  expect(await codeOf(destinations.admit({ host, port: 5432 }))).toBe("connect.destination_refused");
});

test.each([
  ["127.0.0.1"],
  ["10.0.0.5", "127.0.0.1"],
  ["169.254.169.254"],
  ["::1"],
  ["fe80::1"],
  ["::ffff:a9fe:a9fe"],
])("a name that leads to %j is refused", async (...addresses) => {
  const destinations = createSourceDestinations({ localSources: [], resolve: leadingTo(...addresses) });

  expect(await codeOf(destinations.admit({ host: "his.example", port: 5432 }))).toBe(
    "connect.destination_refused",
  );
});

test.each(["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd12::1", "203.0.113.7"])(
  "%s is admitted, because hospitals' databases live there",
  async (address) => {
    const destinations = createSourceDestinations({ localSources: [], resolve: leadingTo(address) });

    expect(await codeOf(destinations.admit({ host: address, port: 5432 }))).toBe("admitted");
    expect(await codeOf(destinations.admit({ host: "his.example", port: 5432 }))).toBe("admitted");
  },
);

test("a source on this machine is admitted where the deployer lists it, on that port alone", async () => {
  const localSources = ["localhost:5432", "127.0.0.1:6432", "::1:7432"];
  const destinations = createSourceDestinations({ localSources, resolve: leadingTo("::1", "127.0.0.1") });
  const admit = (host: string, port: number): Promise<unknown> => codeOf(destinations.admit({ host, port }));

  expect([
    await admit("LocalHost", 5432),
    await admit("127.0.0.1", 6432),
    await admit("[::1]", 7432),
  ]).toEqual(["admitted", "admitted", "admitted"]);
  expect([
    await admit("localhost", 6432),
    await admit("127.0.0.1", 5432),
    await admit("127.0.0.2", 6432),
  ]).toEqual(Array(3).fill("connect.destination_refused"));
});

test("no list admits a link-local address", async () => {
  const localSources = ["169.254.169.254:80", "metadata:80", "0.0.0.0:80"];
  const destinations = createSourceDestinations({ localSources, resolve: neverAsked });

  for (const host of ["169.254.169.254", "metadata", "0.0.0.0"])
    expect(await codeOf(destinations.admit({ host, port: 80 }))).toBe("connect.destination_refused");
});

test("a name that leads elsewhere once it was admitted is refused where it is connected to", async () => {
  const answers = [["10.0.0.5"], ["127.0.0.1"]];
  const destinations = createSourceDestinations({
    localSources: [],
    resolve: (host, done) => leadingTo(...(answers.shift() ?? []))(host, done),
  });

  await destinations.admit({ host: "rebinding.example", port: 5432 });
  const socket = destinations.socket();
  const failed = once(socket, "error");
  socket.connect(5432, "rebinding.example");

  expect((await failed)[0]).toMatchObject({ code: "connect.destination_refused" });
});

test("the path of a socket file is refused where it is connected to", async () => {
  const socket = createSourceDestinations({ localSources: [] }).socket();
  const failed = once(socket, "error");

  socket.connect("/var/run/postgresql/.s.PGSQL.5432");

  expect((await failed)[0]).toMatchObject({ code: "connect.destination_refused" });
});
