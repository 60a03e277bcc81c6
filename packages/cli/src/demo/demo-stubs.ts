import { portOf } from "../local-stack/ports.ts";
import { cdssStub, datasyncStub, empiStub } from "../local-stack/stub-kinds.ts";
import { type StubKind, type StubTarget, startStubTarget } from "../local-stack/stub-target.ts";

/** The systems that the handlers deliver to. */
export interface DemoStubs extends AsyncDisposable {
  readonly empi: StubTarget;
  readonly cdss: StubTarget;
  readonly datasync: StubTarget;
}

/** Starts the three targets, on the same ports as before where they are free. */
export async function startDemoStubs(folder: string): Promise<DemoStubs> {
  const started: StubTarget[] = [];
  const stop = async (): Promise<void> => {
    for (const stub of started.splice(0)) await stub.stop();
  };
  const start = async (kind: StubKind): Promise<StubTarget> => {
    const stub = await startStubTarget({ kind, port: await portOf(folder, kind.name) });
    started.push(stub);
    return stub;
  };
  try {
    const [empi, cdss, datasync] = [await start(empiStub), await start(cdssStub), await start(datasyncStub)];
    return { empi, cdss, datasync, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
