/** What a provider says of a person, by OpenID Connect's names (Core 1.0, section 5.1), as far as it can be relied on. */
export interface Claims {
  subject: string
  email: string | null
  /** Whether the provider vouches that the address is theirs. */
  isEmailProved: boolean
  name: string | null
  picture: string | null
  locale: string | null
}

/** Asks the provider's API for JSON, with the person's access token. */
export type AskProvider = (url: string) => Promise<unknown>

interface Described {
  /** Part of addresses and settings: lower-case letters and digits. */
  id: string
  name: string
  scopes: readonly string[]
  /** Members of the authorization request beside the usual. */
  parameters?: Readonly<Record<string, string>>
}

/** A provider that speaks OpenID Connect: its endpoints and keys are found by discovery. */
export interface OpenIdProvider extends Described {
  kind: 'openid'
  issuer: string
  /** Whether an id_token may be of this issuer, where there is more than one. */
  acceptsIssuer?(issuer: string, claims: Readonly<Record<string, unknown>>): boolean
  /** What differs from the standard's claims; `claims` are those of the id_token, checked. */
  readClaims?(claims: Readonly<Record<string, unknown>>): Partial<Claims>
}

/** A provider that speaks OAuth 2 only: who somebody is, its API says. */
export interface OAuthProvider extends Described {
  kind: 'oauth'
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  fetchClaims(ask: AskProvider): Promise<Claims>
}

/** A provider is data and at most one function; all else about OAuth is written once. */
export type Provider = OpenIdProvider | OAuthProvider
