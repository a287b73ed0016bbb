import { splitList } from './setting-types'

/** How we are registered with an outside identity provider. */
export interface ProviderSettings {
  clientId: string
  clientSecret: string
  /** Of a provider that we know nothing of but this; also another one for a provider that we do know. */
  issuer?: string
  /** Clients of ours that are apps: their id_tokens are for us too. */
  nativeClientIds?: string[]
  /** What people read on the button. */
  name?: string
}

const fields = {
  CLIENT_ID: 'clientId',
  CLIENT_SECRET: 'clientSecret',
  ISSUER: 'issuer',
  NAME: 'name',
  NATIVE_CLIENT_IDS: 'nativeClientIds',
} as const
const pattern = /^OAUTH_([A-Z][A-Z0-9]{0,31})_([A-Z_]+)$/

const isField = (name: string): name is keyof typeof fields => Object.hasOwn(fields, name)

/** OpenID Connect Discovery 1.0, section 3: no query and no fragment; and nobody's credentials. */
const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text) || /[?#]/.test(text)) return false
  const { protocol, username, password } = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

/** Providers whose addresses we know (`src/features/federation/providers`); another one needs an issuer. */
const knownProviders = ['apple', 'discord', 'github', 'gitlab', 'google', 'linkedin', 'microsoft', 'slack'] as const

export type KnownProvider = (typeof knownProviders)[number]

export const isKnownProvider = (id: string): id is KnownProvider => knownProviders.some((known) => known === id)

/**
 * Reads `OAUTH_<PROVIDER>_CLIENT_ID`, `_CLIENT_SECRET`, `_ISSUER`, `_NAME` and `_NATIVE_CLIENT_IDS` of an environment.
 * @returns the providers by their id, in lower case, and every fault
 */
export const readProviders = (
  environment: Record<string, unknown>,
): { providers: Record<string, ProviderSettings>; faults: string[] } => {
  const faults: string[] = []
  const found = new Map<string, Partial<Record<(typeof fields)[keyof typeof fields], string>>>()
  for (const [variable, value] of Object.entries(environment)) {
    const [, id = '', field = ''] = pattern.exec(variable) ?? []
    if (id === '' || typeof value !== 'string' || value === '') continue
    if (!isField(field)) faults.push(`${variable}: is no setting of a provider`)
    else found.set(id, { ...found.get(id), [fields[field]]: value })
  }
  const providers: [string, ProviderSettings][] = []
  for (const [id, { clientId, clientSecret, issuer, name, nativeClientIds }] of found) {
    if (!clientId) faults.push(`OAUTH_${id}_CLIENT_ID: is required with the others of ${id}`)
    if (!clientSecret) faults.push(`OAUTH_${id}_CLIENT_SECRET: is required with the others of ${id}`)
    if (issuer !== undefined && !isIssuer(issuer)) faults.push(`OAUTH_${id}_ISSUER: is an http or https address`)
    if (issuer === undefined && !isKnownProvider(id.toLowerCase())) {
      faults.push(`OAUTH_${id}_ISSUER: is required, since ${id} is no provider that we know`)
    }
    if (clientId && clientSecret) {
      providers.push([
        id.toLowerCase(),
        {
          clientId,
          clientSecret,
          ...(issuer && { issuer }),
          ...(name && { name }),
          ...(nativeClientIds && { nativeClientIds: splitList(nativeClientIds) }),
        },
      ])
    }
  }
  return { providers: Object.fromEntries(providers), faults }
}

/** Calls outside identity providers. */
export interface ProviderCaller {
  /** `fetch` with a deadline, that follows no redirect. Throws at once while `provider` has not answered for some time. */
  fetch(provider: string, url: string, init?: RequestInit): Promise<Response>
  /** How far `now` is ahead of the clock of the machine, in seconds: libraries that read that one are told. */
  skewSeconds(now: Date): number
}
