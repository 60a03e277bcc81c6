export type { CallStop } from "./call-stop.ts";
export {
  ADDRESS_REFUSED,
  checkedLookup,
  isAddressLocal,
  isAddressRefused,
  isHostRefused,
} from "./address-policy.ts";
export type { ExchangeFault } from "./exchange.ts";
export { createHttpClient } from "./http-json.ts";
export type { HttpAnswer, HttpClient, HttpFault, HttpRequest } from "./http-json.ts";
export { parseMailServer } from "./mail/mail-server.ts";
export type { MailServer } from "./mail/mail-server.ts";
export { sendMail } from "./mail/send-mail.ts";
export type { Mail, MailFault, MailSent, MailThrough } from "./mail/send-mail.ts";
export { createIdentityProvider } from "./identity/identity-provider.ts";
export type {
  Claims,
  IdentityProviderClient,
  IdentityProviderSettings,
  SignInProofs,
} from "./identity/identity-provider.ts";
export { createSchemaRegistry } from "./schema-registry/schema-registry.ts";
export type {
  FoundSchema,
  SchemaRegistryClient,
  SchemaRegistrySettings,
} from "./schema-registry/schema-registry.ts";
export { defaultEgressLimits } from "./limits.ts";
export type { EgressLimits } from "./limits.ts";
export { createTargetCaller } from "./target-caller.ts";
export type {
  ClosableTargetCaller,
  TargetCallerPorts,
  TargetGate,
  TargetRequest,
  TargetResponse,
  TargetResult,
} from "./target-caller.ts";
