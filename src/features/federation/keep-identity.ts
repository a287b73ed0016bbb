import type { Context } from '#core/context'
import { hashToken, newToken } from '#core/secrets'
import { isPlainText } from '#core/text'
import { Locale } from '../profiles/contract'
import { normalizeEmailAddress } from '../profiles/normalize-email-address'
import { addSeconds } from '../sessions/new-session'
import type { FetchedIdentity } from './fetch-identity'
import { insertProvidedIdentity } from './flow-queries'
import { sealTokens } from './provider-tokens'

/** How long the program that asked may take to fetch who it was. */
const codeSeconds = 60

/** What a person is told may be shown as it is, or not at all. */
const plain = (text: string | null, most: number) => (text && isPlainText(text) ? text.slice(0, most) : null)

const keptTokens = async (ctx: Context, provider: string, { subject, tokens }: FetchedIdentity) => {
  if (!tokens) return { sealedTokens: null, isRefreshable: false, tokensExpireAt: null }
  const { refresh_token: refreshToken, expires_in: expiresIn } = tokens
  return {
    sealedTokens: await sealTokens(ctx, { provider, subject }, tokens),
    isRefreshable: refreshToken !== undefined,
    tokensExpireAt: expiresIn === undefined ? null : addSeconds(ctx.clock.now(), expiresIn),
  }
}

/** Keeps who it was for the program that asked, and gives the code that it fetches it with. */
export async function keepIdentity(
  ctx: Context,
  provider: string,
  codeChallenge: string,
  identity: FetchedIdentity,
): Promise<string> {
  const code = newToken(ctx)
  const now = ctx.clock.now()
  const email = normalizeEmailAddress(identity.email ?? '') ?? null
  await insertProvidedIdentity(ctx.db, {
    codeHash: await hashToken(code),
    codeChallenge,
    provider,
    issuer: identity.issuer,
    subject: identity.subject,
    email,
    isEmailProved: email !== null && identity.isEmailProved,
    name: plain(identity.name, 100),
    picture: plain(identity.picture, 2048),
    locale: Locale.safeParse(identity.locale).data ?? null,
    ...(await keptTokens(ctx, provider, identity)),
    now,
    expiresAt: addSeconds(now, codeSeconds),
  })
  return code
}
