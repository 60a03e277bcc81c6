import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Broker, freePort, removeDataFolder, startBroker } from "gluttony/local-stack";
import { type FaultProxy, faultProxy } from "./fault-proxy.ts";

/** A broker with two doors: clients that come through the proxy stay behind it, the others see no fault. */
export interface BrokerBehindProxy extends AsyncDisposable {
  readonly broker: Broker;
  readonly proxy: FaultProxy;
}

/** Starts a broker of the test's own, for faults that others must not see. */
export async function brokerBehindProxy(libs: string): Promise<BrokerBehindProxy> {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-behind-proxy-"));
  const [port, behind, controller] = await Promise.all([freePort(), freePort(), freePort()]);
  const proxy = await faultProxy(behind);
  const properties = {
    "controller.quorum.voters": `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},BEHIND://127.0.0.1:${behind},CONTROLLER://127.0.0.1:${controller}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port},BEHIND://${proxy.address}`,
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BEHIND:PLAINTEXT",
  };
  try {
    const broker = await startBroker({ dataDir: join(folder, "broker"), libs, port, properties });
    return {
      broker,
      proxy,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]();
        await broker.stop();
        await removeDataFolder(folder);
      },
    };
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    await removeDataFolder(folder);
    throw error;
  }
}
