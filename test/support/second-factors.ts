import * as z from 'zod'
import type { Reply } from './send'
import type { Server } from './server'

/** What the HTTP contract promises of second factors, written down a second time as in `shapes.ts`. */
const id = z.uuid({ version: 'v7' })
const instant = z.iso.datetime()
const method = z.enum(['totp', 'passkey', 'recovery_code'])

export const MfaChallenge = z.strictObject({
  mfaRequired: z.literal(true),
  challenge: z.strictObject({
    token: z.string().regex(/^plc_[\w-]{86}$/),
    methods: z.array(method),
    mustEnrol: z.boolean(),
    expiresIn: z.literal(300),
  }),
})
export type Challenge = z.output<typeof MfaChallenge>['challenge']

export const TotpSecret = z.strictObject({
  secret: z.string().regex(/^[A-Z2-7]{32}$/),
  otpauthUri: z.string().startsWith('otpauth://totp/'),
  qrSvg: z.string().startsWith('<svg'),
})

export const recoveryCodePattern = /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/

export const RecoveryCodes = z.strictObject({
  recoveryCodes: z.array(z.string().regex(recoveryCodePattern)).length(10).nullable(),
})

export const MfaState = z.strictObject({
  methods: z.array(method),
  totp: z.array(z.strictObject({ id, name: z.string(), createdAt: instant, lastUsedAt: instant.nullable() })),
  recoveryCodesLeft: z.int().nullable(),
  isRequired: z.boolean(),
  dueAt: instant.nullable(),
})

export const TrustedDevicePage = z.strictObject({
  items: z.array(
    z.strictObject({
      id,
      createdAt: instant,
      lastUsedAt: instant,
      expiresAt: instant,
      ipAddress: z.string().nullable(),
      userAgent: z.string().nullable(),
    }),
  ),
  nextCursor: id.nullable(),
})

/** The challenge that a log-in by one factor was answered with. */
export const challengeIn = (reply: Reply): Challenge => {
  if (reply.status !== 200) throw new Error(`Expected a challenge, not ${reply.status}: ${reply.text}`)
  return MfaChallenge.parse(reply.json).challenge
}

/** Shows the second factor of a log-in that waits for it. */
export const verify = (server: Server, { token }: Pick<Challenge, 'token'>, json: object, headers = {}) =>
  server.send('POST /v1/auth/mfa/verify', { headers, json: { challengeToken: token, ...json } })

/** Shows the code of an authenticator app. */
export const verifyTotp = (server: Server, challenge: Pick<Challenge, 'token'>, code: string, more: object = {}) =>
  verify(server, challenge, { method: 'totp', code, ...more })

export const verifyRecoveryCode = (server: Server, challenge: Pick<Challenge, 'token'>, code: string) =>
  verify(server, challenge, { method: 'recovery_code', code })

/** The second factors of whoever has this access token. */
export const mfaStateOf = async (server: Server, { accessToken }: { accessToken: string }) =>
  MfaState.parse((await server.send('GET /v1/me/mfa', { accessToken })).json)
