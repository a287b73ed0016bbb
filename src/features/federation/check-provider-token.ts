import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import * as z from 'zod'
import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { addSeconds } from '../sessions/new-session'
import { callProvider } from './call-provider'
import { discover } from './discover'
import type { ConfiguredProvider } from './find-provider'

const toleranceSeconds = 60
/** An unknown key may be a new one; but asking at each unknown one would let strangers make us ask, so few are asked for. */
const mostRenewals = 5
const renewalSeconds = 60
const rememberedSeconds = 3600

interface Remembered {
  keys: JSONWebKeySet
  loadedAt: Date
  /** When keys were asked for because of an unknown one, as far as that counts. */
  renewals: Date[]
}

const remembered = new WeakMap<Config, Map<string, Remembered>>()

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** The keys of a provider, from memory unless they are old, or `isUnknown` one is looked for and that is not asked too often. */
const readKeys = async (ctx: Context, { provider }: ConfiguredProvider, url: string, isUnknown: boolean) => {
  const sets = remembered.get(ctx.config) ?? new Map<string, Remembered>()
  remembered.set(ctx.config, sets)
  const known = sets.get(provider.id)
  const now = ctx.clock.now()
  const renewals = (known?.renewals ?? []).filter((at) => addSeconds(at, renewalSeconds) > now)
  const isFresh = known && addSeconds(known.loadedAt, rememberedSeconds) > now
  if (isFresh && (!isUnknown || renewals.length >= mostRenewals)) return known.keys
  const response = await callProvider(ctx, provider.id, url)
  const keys = KeySet.parse(await response.json())
  sets.set(provider.id, { keys, loadedAt: now, renewals: isUnknown ? [...renewals, now] : renewals })
  return keys
}

/** Where a token is for several, it says who asked for it (OpenID Connect Core 1.0, section 3.1.3.7). */
const requireParty = ({ aud, azp }: JWTPayload, audience: string[]): void => {
  const isForSeveral = Array.isArray(aud) && aud.length > 1
  const isOurs = typeof azp === 'string' && audience.includes(azp)
  if ((azp !== undefined || isForSeveral) && !isOurs) throw new Error('The token was issued to another client.')
}

/**
 * Checks a token that a provider signed and somebody else brought: its signature by the provider's own keys, its issuer,
 * its audience and its times. Throws `provider-unavailable`, and what is not right.
 * @param required claims that must be there
 */
export async function checkProviderToken(
  ctx: Context,
  configured: ConfiguredProvider,
  token: string,
  { audience, required, typ }: { audience: string[]; required: string[]; typ?: string },
): Promise<JWTPayload & { iss: string }> {
  const { provider } = configured
  if (provider.kind !== 'openid') throw new Error('This provider signs nothing.')
  const { server } = await discover(ctx, configured)
  const claims = decodeJwt(token)
  const issuer = provider.acceptsIssuer?.(claims.iss ?? '', claims) ? claims.iss : server.issuer
  const verify = async (isUnknown: boolean) =>
    jwtVerify(token, createLocalJWKSet(await readKeys(ctx, configured, server.jwks_uri ?? '', isUnknown)), {
      issuer: issuer ?? '',
      audience,
      algorithms: server.id_token_signing_alg_values_supported ?? ['RS256'],
      clockTolerance: toleranceSeconds,
      currentDate: ctx.clock.now(),
      requiredClaims: required,
      ...(typ && { typ }),
    })
  const verified = await verify(false).catch((error: unknown) => {
    if (error instanceof errors.JWKSNoMatchingKey) return verify(true)
    throw error
  })
  requireParty(verified.payload, audience)
  return { ...verified.payload, iss: issuer ?? '' }
}
