import * as z from 'zod'
import { openTokens } from '#features/federation/provider-tokens'
import type { World } from '../../platform'
import { comeBackAs, exchangeIn, type FederatedWorld } from './federated-world'

const Kept = z.object({
  id: z.uuid(),
  provider: z.string(),
  subject: z.string(),
  sealedTokens: z.string().nullable(),
  tokensExpireAt: z.date().nullable(),
  isRefreshable: z.boolean(),
})
export type Kept = z.output<typeof Kept>

/** What is kept of people's accounts at providers, oldest first. */
export const listKept = async (world: World): Promise<Kept[]> =>
  z.array(Kept).parse(
    await world.db.run(
      `select id, provider, subject, sealed_tokens as "sealedTokens", tokens_expire_at as "tokensExpireAt",
        is_refreshable as "isRefreshable" from identity order by id`,
      [],
      'objects',
    ),
  )

/** The one account at a provider that there is. */
export const onlyKept = async (world: World): Promise<Kept> => {
  const [kept, another] = await listKept(world)
  if (!kept || another) throw new Error('There is not exactly one identity.')
  return kept
}

/** What is in the envelope. */
export const openKept = async (world: World): Promise<{ accessToken: string; refreshToken: string | null }> => {
  const kept = await onlyKept(world)
  return openTokens(world.contextOf({ kind: 'anonymous' }), kept, kept.sealedTokens ?? '')
}

export const firstTokens = { access_token: 'first access token', refresh_token: 'first refresh token' }

/** Logs in at `acme` with tokens that live for an hour. @returns the session's access token */
export const logInWithTokens = async (opened: FederatedWorld, tokens: object = {}): Promise<string> => {
  const answer = await exchangeIn(opened.world, await comeBackAs(opened, {}, { ...firstTokens, ...tokens }))
  return z.object({ accessToken: z.string() }).parse(answer.body).accessToken
}

/** What the token endpoint answers to a refresh. */
export const answerRefresh = ({ acme }: FederatedWorld, next: object, status = 200): void => {
  acme.answers['/token'] = ({ form }) =>
    form.get('grant_type') === 'refresh_token'
      ? Response.json({ token_type: 'Bearer', ...next }, { status })
      : Response.json({ error: 'unsupported_grant_type' }, { status: 400 })
}

/** The refresh tokens that the provider was shown so far. */
export const shownRefreshTokens = ({ acme }: FederatedWorld): string[] =>
  acme.calls.flatMap(({ form }) => form.get('refresh_token') ?? [])
