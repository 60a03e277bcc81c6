// Fetches what a pom of the local stack names, and writes its list of checksums anew: `node scripts/pin-local-stack.mjs [connectors]`.
// Run it after a build, and read the difference before it is committed.
import { pinJars } from "../packages/cli/dist/local-stack/index.js";

await pinJars(process.argv[2] === "connectors" ? "connectors" : "jars");
