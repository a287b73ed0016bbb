import type { Actor, Context } from '#core/context'
import { Problem } from '#core/problem'
import { inspectAccessToken } from '../sessions/authenticate-access-token'
import { findKnownKey } from './find-known-key'
import { isApiKey, readKeyHash } from './key-token'
import { recallKey } from './known-keys'
import type { Introspection } from './machine-contract'
import { findLiveSession } from './queries'
import { recheckMachine } from './recheck-machine'
import { requireMachine } from './require-machine'

const inactive: Introspection = { active: false }

const unlessRefused = (error: unknown): undefined => {
  if (!(error instanceof Problem) || error.definition.status !== 401) throw error
}

const clientOf = ({ kind, id }: Extract<Actor, { kind: 'machine' }>['owner']) =>
  kind === 'service-account' ? { client_id: id } : {}

const describeKey = async (ctx: Context, text: string): Promise<Introspection> => {
  const keyHash = await readKeyHash(ctx, text)
  if (keyHash === undefined) return inactive
  const recalled = recallKey(ctx, keyHash)
  const key = recalled === undefined ? await findKnownKey(ctx, keyHash) : recalled
  if (!key || (key.expiresAt !== null && key.expiresAt <= ctx.clock.now())) return inactive
  return {
    active: true,
    token_type: 'api_key',
    sub: key.owner.id,
    ...clientOf(key.owner),
    ...(key.expiresAt !== null && { exp: Math.floor(key.expiresAt.getTime() / 1000) }),
    scope: key.permissions.join(' '),
    permissions: key.organizationId === null ? key.permissions : [],
    org: key.organizationId === null ? null : { id: key.organizationId, permissions: key.permissions },
    key_id: key.id,
  }
}

const describeToken = async (ctx: Context, token: string): Promise<Introspection> => {
  const facts = await inspectAccessToken(ctx, token)
  if (facts instanceof Problem) return inactive
  const { BASE_URL } = ctx.config
  const common = { active: true, token_type: 'Bearer', iss: BASE_URL, aud: BASE_URL, exp: facts.expiresAt }
  if (facts.kind === 'user') {
    const { userId, sessionId, access, impersonatorId } = facts
    const [live] = await findLiveSession(ctx.db, { userId, sessionId, now: ctx.clock.now() })
    if (!live) return inactive
    return {
      ...common,
      sub: userId,
      sid: sessionId,
      ...(impersonatorId !== undefined && { act: { sub: impersonatorId } }),
      roles: access?.roles ?? [],
      permissions: access?.permissions ?? [],
      org: access?.organization ? { ...access.organization } : null,
    }
  }
  const permissions = await recheckMachine(ctx, facts).catch(unlessRefused)
  if (!permissions) return inactive
  const { owner, organizationId, keyId } = facts
  return {
    ...common,
    sub: owner.id,
    ...clientOf(owner),
    scope: permissions.join(' '),
    permissions: organizationId === null ? permissions : [],
    org: organizationId === null ? null : { id: organizationId, permissions },
    key_id: keyId,
  }
}

/**
 * What a token or an API key of anybody is worth now (RFC 7662): a session that ended or a key that was revoked makes it
 * inactive, and nothing else is said of it then. To who may not ask, its body does not matter. Throws `unauthenticated`, `invalid-api-key`, `missing-permission`.
 */
export async function introspectToken(ctx: Context, readToken: () => Promise<string>): Promise<Introspection> {
  await requireMachine(ctx, 'tokens:introspect')
  const token = await readToken()
  return isApiKey(token) ? describeKey(ctx, token) : describeToken(ctx, token)
}
