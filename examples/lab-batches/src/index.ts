export { onResults } from "./handler.ts";
