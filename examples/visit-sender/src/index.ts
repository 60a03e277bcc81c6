export { onVisit } from "./handler.ts";
