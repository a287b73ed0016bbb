/** How many uses pass in any stretch of so many seconds. */
export interface RateLimit {
  limit: number
  windowSeconds: number
}

/** Every limit, by name. The comment says what its uses are counted by. */
export const rateLimits = {
  /** all callers together */
  everyone: { limit: 1000, windowSeconds: 60 },
  /** network: an IPv4 address, or the /64 of an IPv6 one; callers without an address share one */
  address: { limit: 60, windowSeconds: 60 },
  /** account of the access token */
  account: { limit: 100, windowSeconds: 60 },
  /** API key, in place of `account`; one may have a number of its own */
  apiKey: { limit: 600, windowSeconds: 60 },
  /** network */
  machineSignIn: { limit: 30, windowSeconds: 60 },
  /** network */
  register: { limit: 5, windowSeconds: 60 },
  /** network and account */
  logIn: { limit: 10, windowSeconds: 60 },
  /** the e-mail address as submitted; above `register`, so that one impatient person stays within it */
  mailAfterRegistration: { limit: 6, windowSeconds: 900 },
  /** the kind of mail, and the e-mail address as submitted */
  sendMail: { limit: 3, windowSeconds: 900 },
  /** network */
  consumeToken: { limit: 30, windowSeconds: 60 },
  /** account, by the e-mail address as submitted; a device that logged in before has its own */
  checkCode: { limit: 10, windowSeconds: 600 },
  /** account; for a log-in and for a caller who is logged in alike */
  secondFactor: { limit: 10, windowSeconds: 600 },
  /** network */
  passkey: { limit: 30, windowSeconds: 60 },
  /** network */
  federation: { limit: 30, windowSeconds: 60 },
  /** account */
  changePassword: { limit: 10, windowSeconds: 600 },
  /** account */
  exportData: { limit: 3, windowSeconds: 86_400 },
  /** account */
  changeEmail: { limit: 3, windowSeconds: 900 },
  /** account, or API key */
  invite: { limit: 30, windowSeconds: 3600 },
  /** account */
  avatar: { limit: 10, windowSeconds: 600 },
} as const satisfies Record<string, RateLimit>

export type RateLimitName = keyof typeof rateLimits

export const isRateLimitName = (name: string): name is RateLimitName => Object.hasOwn(rateLimits, name)

/** One use: which limit, and by what; null where it is not known. */
export type Use = [name: RateLimitName, ...by: (string | null)[]]
