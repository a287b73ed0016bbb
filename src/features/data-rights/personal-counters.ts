import { keyOf } from '#core/limits'
import type { RateLimitName } from '#core/rate-limits'

/** Whom uses may have been counted by. */
export interface Counted {
  userId: string
  addresses: string[]
  networks: string[]
  deviceSubjects: string[]
}

const mailKinds = ['verify-email', 'reset-password', 'log-in', 'change-email', 'invitation']

/**
 * What each limit counts a person by; nothing where it counts networks, which are not theirs alone. A log-in from a network
 * that is not known any more is counted for a minute, and forgotten by itself.
 */
const partsOf: Record<RateLimitName, (person: Counted) => (string | null)[][]> = {
  everyone: () => [],
  address: () => [],
  account: ({ userId }) => [[userId]],
  // By the hash of a key, which goes with its owner: a minute later there is none.
  apiKey: () => [],
  machineSignIn: () => [],
  register: () => [],
  logIn: ({ addresses, networks }) => addresses.flatMap((email) => [null, ...networks].map((by) => [by, email])),
  mailAfterRegistration: ({ addresses }) => addresses.map((email) => [email]),
  sendMail: ({ addresses }) => mailKinds.flatMap((kind) => addresses.map((email) => [kind, email])),
  consumeToken: () => [],
  checkCode: ({ addresses, deviceSubjects }) =>
    addresses.flatMap((email) => [null, ...deviceSubjects].map((by) => [email, by])),
  secondFactor: ({ userId }) => [[userId]],
  passkey: () => [],
  federation: () => [],
  changePassword: ({ userId }) => [[userId]],
  changeEmail: ({ userId }) => [[userId]],
  avatar: ({ userId }) => [[userId]],
  invite: ({ userId }) => [[userId]],
  exportData: ({ userId }) => [[userId]],
}

const names = Object.keys(partsOf) as RateLimitName[]

/** The keys of everything that is counted of a person. */
export const personalCounters = (person: Counted): string[] =>
  names.flatMap((name) => partsOf[name](person).map((parts) => keyOf([name, ...parts])))
