import type { Duplex } from "node:stream";

/** How long an ended process's last frames are waited for. */
const lastFramesMs = 1_000;

/** Waits until everything the process wrote is read; what it wrote counts, even when it died right after. */
export async function lastFramesOf(channel: Duplex): Promise<void> {
  if (!channel.destroyed) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lastFramesMs);
      channel.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      channel.end();
    });
  }
  channel.destroy();
}
