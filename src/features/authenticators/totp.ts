import { Secret, TOTP } from 'otpauth'
import { renderSVG } from 'uqr'
import type { Context } from '#core/context'

/** RFC 4226, section 4: 160 bits. */
const secretBytes = 20
/** What every app takes (RFC 6238's defaults). */
const parameters = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** One step back and one ahead (RFC 6238, section 5.2). */
const window = 1

/** A new secret, in base32. */
export const newTotpSecret = (ctx: Context): string =>
  new Secret({ buffer: ctx.random.bytes(secretBytes).buffer }).base32

const authenticatorOf = (secret: string, label = '', issuer = '') =>
  new TOTP({ ...parameters, label, issuer, secret: Secret.fromBase32(secret) })

/** What an app is told of a secret: as an address, and as an image of it. */
export const describeTotp = (
  ctx: Context,
  secret: string,
  email: string,
): { secret: string; otpauthUri: string; qrSvg: string } => {
  const otpauthUri = authenticatorOf(secret, email, ctx.config.APP_NAME).toString()
  return { secret, otpauthUri, qrSvg: renderSVG(otpauthUri, { border: 4 }) }
}

/** The time step that a code is of, if it is one of those that are accepted at `now`. */
export const findTotpStep = (secret: string, code: string, now: Date): number | undefined => {
  const timestamp = now.getTime()
  const authenticator = authenticatorOf(secret)
  const delta = authenticator.validate({ token: code, timestamp, window })
  return delta === null ? undefined : authenticator.counter({ timestamp }) + delta
}
