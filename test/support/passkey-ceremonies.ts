import { expect } from 'bun:test'
import * as z from 'zod'
import type { Account } from '../given'
import { newPasskey, type RequestOptions, type Said, type SoftwarePasskey, type Traits } from './passkeys'
import { challengeIn, recoveryCodePattern } from './second-factors'
import { noteSecret } from './secrets'
import type { Reply } from './send'
import type { Server } from './server'
import { TokenSet } from './shapes'

/** What the HTTP contract promises of passkeys, written down a second time: strict. */
const Descriptor = z.strictObject({ id: z.string(), type: z.literal('public-key'), transports: z.array(z.string()) })
const challenge = z.string().regex(/^[\w-]{43}$/)

export const PasskeyCreation = z.strictObject({
  challenge,
  rp: z.strictObject({ id: z.string(), name: z.string() }),
  user: z.strictObject({ id: z.string().regex(/^[\w-]{22}$/), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.strictObject({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.int(),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.strictObject({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})

export const PasskeyRequest = z.strictObject({
  challenge,
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.literal('required'),
  allowCredentials: z.array(Descriptor),
})

export const Passkey = z.strictObject({
  id: z.uuid({ version: 'v7' }),
  name: z.string(),
  transports: z.array(z.string()),
  isBackupEligible: z.boolean(),
  isBackedUp: z.boolean(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})

export const PasskeyPage = z.strictObject({ items: z.array(Passkey) })

export const RegisteredPasskey = z.strictObject({
  passkey: Passkey,
  recoveryCodes: z.array(z.string().regex(recoveryCodePattern)).length(10).nullable(),
})

/** Anything that answers requests as a server does. */
export type Door = Pick<Server, 'baseUrl' | 'send'>
export type Caller = Pick<TokenSet, 'accessToken'>

const parsed = <Shape extends z.ZodType>(reply: Reply, status: number, shape: Shape): z.output<Shape> => {
  expect({ status: reply.status, body: reply.json }).toMatchObject({ status })
  return shape.parse(reply.json)
}

export const tokensIn = (reply: Reply): TokenSet => parsed(reply, 200, TokenSet)

export const askToRegister = async (door: Door, { accessToken }: Caller) =>
  parsed(await door.send('POST /v1/me/passkeys/options', { accessToken }), 200, PasskeyCreation)

export const register = (door: Door, { accessToken }: Caller, json: { response: unknown; name?: string }) =>
  door.send('POST /v1/me/passkeys', { accessToken, json })

/** A passkey that an account has. */
export interface BoundPasskey extends z.output<typeof RegisteredPasskey> {
  authenticator: SoftwarePasskey
}

/** Registers a passkey for the caller. */
export const bindPasskey = async (
  door: Door,
  caller: Caller,
  { name, ...traits }: Partial<Traits> & { name?: string } = {},
): Promise<BoundPasskey> => {
  const authenticator = await newPasskey({ origin: door.baseUrl, ...traits })
  const response = await authenticator.attest(await askToRegister(door, caller))
  const reply = await register(door, caller, { response, ...(name !== undefined && { name }) })
  const bound = parsed(reply, 201, RegisteredPasskey)
  for (const code of bound.recoveryCodes ?? []) noteSecret(code, 'a recovery code')
  return { ...bound, authenticator }
}

export const listPasskeys = async (door: Door, { accessToken }: Caller) =>
  parsed(await door.send('GET /v1/me/passkeys', { accessToken }), 200, PasskeyPage).items

/** Asks for the challenge of a log-in, or of one that waits for its second factor. */
export const askToLogIn = async (door: Door, json: { challengeToken?: string } = {}) =>
  parsed(await door.send('POST /v1/auth/passkey/options', { json }), 200, PasskeyRequest)

export const askToStepUp = async (door: Door, { accessToken }: Caller) =>
  parsed(await door.send('POST /v1/auth/step-up/options', { accessToken }), 200, PasskeyRequest)

/** Shows one factor, the password; gives what the second is asked for with. */
export const beginLogIn = async (door: Door, { email, password }: Account) =>
  challengeIn(await door.send('POST /v1/auth/login', { json: { email, password } }))

export const verifyLogIn = (door: Door, response: unknown): Promise<Reply> =>
  door.send('POST /v1/auth/passkey/verify', { json: { response } })

export const verifySecondFactor = (door: Door, challengeToken: string, response: unknown): Promise<Reply> =>
  door.send('POST /v1/auth/mfa/verify', { json: { challengeToken, method: 'passkey', response } })

export const verifyStepUp = (door: Door, { accessToken }: Caller, response: unknown): Promise<Reply> =>
  door.send('POST /v1/auth/step-up', { accessToken, json: { method: 'passkey', response } })

/** A log-in by a passkey from its beginning to its answer. */
export const logInByPasskey = async (
  door: Door,
  { authenticator }: Pick<BoundPasskey, 'authenticator'>,
  lies: Partial<Said> = {},
): Promise<Reply> => verifyLogIn(door, await authenticator.assert(await askToLogIn(door), lies))

/** A place where a passkey is asked for: `begin` gives the challenge, and to whom the answer goes. */
export interface Ceremony {
  begin(): Promise<{ options: RequestOptions; finish: (response: unknown) => Promise<Reply> }>
}

/** The three places where an account's passkey is asked for, each on its own from the first request on. */
export const ceremoniesOf = (door: Door, account: Account, caller: Caller) =>
  ({
    'log-in': {
      begin: async () => ({
        options: await askToLogIn(door),
        finish: (response) => verifyLogIn(door, response),
      }),
    },
    'second factor': {
      begin: async () => {
        const { token } = await beginLogIn(door, account)
        return {
          options: await askToLogIn(door, { challengeToken: token }),
          finish: (response) => verifySecondFactor(door, token, response),
        }
      },
    },
    'step-up': {
      begin: async () => ({
        options: await askToStepUp(door, caller),
        finish: (response) => verifyStepUp(door, caller, response),
      }),
    },
  }) satisfies Record<string, Ceremony>
