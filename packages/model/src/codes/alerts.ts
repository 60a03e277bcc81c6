/** Codes of alerts and their channels. */
export const alertsCodes = {
  "alert.not_found": {
    title: "There is no such open alert",
    status: 404,
    exit: 1,
    remedy: "See which there are: gluttony alert list.",
  },
  "alert.rule_not_found": {
    title: "There is no such rule",
    status: 404,
    exit: 1,
    remedy: "See which there are: gluttony alert rules.",
  },
  "alert.channel_not_found": {
    title: "There is no such channel",
    status: 404,
    exit: 1,
    remedy: "See which there are: gluttony alert channels.",
  },
  "alert.channel_taken": {
    title: "A channel has this name",
    status: 409,
    exit: 4,
    remedy: "Choose another name.",
  },
  "alert.silence_not_found": {
    title: "There is no such silence",
    status: 404,
    exit: 1,
    remedy: "See which there are; one that is over is gone.",
  },
  "alert.stale_revision": {
    title: "Somebody changed it meanwhile",
    status: 412,
    exit: 4,
    remedy: "Read it again and repeat the change.",
  },
  "alert.destination_refused": {
    title: "Alerts may not be sent there",
    status: 422,
    exit: 2,
    remedy:
      "Name an http or https address, for mail an smtp or smtps one, that is not reserved, without a user in it; or a reference.",
  },
  "alert.undelivered": {
    title: "The channel did not take the message",
    status: 502,
    exit: 1,
    remedy: "See the reason; check the channel's address and secret.",
  },
} as const;
