import type { Config } from '#core/config'
import { notFound } from '#core/problems'
import { isKnownProvider, type KnownProvider, type ProviderSettings } from '#core/provider-settings'
import { apple } from './providers/apple'
import { discord } from './providers/discord'
import { github } from './providers/github'
import { gitlab } from './providers/gitlab'
import { google } from './providers/google'
import { linkedin } from './providers/linkedin'
import { microsoft } from './providers/microsoft'
import type { OpenIdProvider, Provider } from './providers/provider'
import { slack } from './providers/slack'

const known: Record<KnownProvider, Provider> = { apple, discord, github, gitlab, google, linkedin, microsoft, slack }

export interface ConfiguredProvider {
  provider: Provider
  settings: ProviderSettings
}

/** Any other issuer: what the standard says, and nothing more. */
const openIdProvider = (id: string, { issuer = '', name = id }: ProviderSettings): Provider => ({
  kind: 'openid',
  id,
  name,
  issuer,
  scopes: ['openid', 'email', 'profile'],
})

/** A provider that we know, at another issuer: only that one is accepted then, and no tenant of its own choice. */
const ofIssuer = ({ acceptsIssuer: _, ...provider }: OpenIdProvider, issuer: string): Provider => ({
  ...provider,
  issuer,
})

/** A provider that this server is registered with. Throws `not-found`. */
export const findProvider = (config: Config, id: string): ConfiguredProvider => {
  const settings = Object.hasOwn(config.OAUTH, id) ? config.OAUTH[id] : undefined
  if (!settings) throw notFound()
  if (!isKnownProvider(id)) return { provider: openIdProvider(id, settings), settings }
  const provider = known[id]
  return {
    provider: settings.issuer && provider.kind === 'openid' ? ofIssuer(provider, settings.issuer) : provider,
    settings,
  }
}
