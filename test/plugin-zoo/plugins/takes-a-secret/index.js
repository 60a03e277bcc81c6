import { defineHandler } from "@gluttony/sdk";

/** Its settings name a secret; a person may well write the secret itself there. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(_change, { config, secret }) {
    const password = await secret(config.password);
    return { filtered: `${config.greeting}-${password.length}` };
  },
});
