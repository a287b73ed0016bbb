import { createServer } from 'node:http'
import type { JWTPayload } from 'jose'
import { findFreePort } from './free-port'
import { makeProviderKey, type ProviderKey, signWithKey } from './openid-provider-keys'
import { oauthClient, type ProvidedPerson, type ProviderSpeciality, providerSettings } from './openid-provider-settings'
import { createProviderStorage } from './openid-provider-storage'

export { oauthClient, type ProvidedPerson }

/** A package that the provider compares cookies with calls what Node has deprecated. */
process.noDeprecation = true

/** Does work of the provider without its words about the runtime, which is not the one it is made for. */
const quietly = async <T>(work: () => Promise<T>): Promise<T> => {
  const { warn } = console
  console.warn = () => {}
  try {
    return await work()
  } finally {
    console.warn = warn
  }
}

export interface OpenIdServer {
  issuer: string
  /** Who logs in where the browser says nothing: nobody is asked for a password here. */
  person: ProvidedPerson
  /** What it knows of people, by `sub`: a browser with a cookie `person` logs in as that one. */
  people: Map<string, ProvidedPerson>
  /** Whether it answers, answers that it is broken, or says nothing at all. */
  mood: 'well' | 'broken' | 'silent'
  /** The paths that it was asked for so far. */
  asked: string[]
  /** What it gives in place of an id_token that it made. */
  forge: ((idToken: string) => string | Promise<string>) | undefined
  /** Signs claims with its newest key. */
  sign(claims: JWTPayload, header?: object): Promise<string>
  /** Signs with a new key from now on; the one before stays published. */
  rotateKeys(): Promise<void>
  /** Tells its client that somebody logged out. Throws unless it is answered 200. */
  announceLogOut(subject: string): Promise<void>
  tokensOf(model: 'AccessToken' | 'RefreshToken', subject: string): string[]
  stop(): Promise<void>
}

/**
 * A real OpenID provider (npm `oidc-provider`) on loopback that logs people in without a word and asks for no consent.
 * @param callbacks where it sends people back to
 */
export const startOpenIdProvider = async (
  callbacks: string | string[],
  speciality: ProviderSpeciality = {},
): Promise<OpenIdServer> => {
  const { Provider } = await quietly(() => import('oidc-provider'))
  const issuer = `http://127.0.0.1:${findFreePort()}`
  const storage = createProviderStorage()
  const keys: [ProviderKey, ...ProviderKey[]] = [await makeProviderKey(speciality.alg ?? 'ES256')]

  const makeInstance = () => {
    const settings = providerSettings([callbacks].flat(), speciality)
    const provider = new Provider(issuer, {
      ...settings,
      jwks: { keys: keys.map(({ jwk }) => jwk) },
      adapter: storage.adapterOf,
      findAccount: (_, sub) => ({
        accountId: sub,
        claims: () => ({ ...(state.people.get(sub) ?? state.person), sub }),
      }),
    })
    provider.use(async (ctx, next) => {
      await next()
      const { route } = ctx.oidc ?? {}
      if (route !== 'token' || !state.forge || typeof ctx.body !== 'object' || ctx.body === null) return
      if ('id_token' in ctx.body) ctx.body.id_token = await state.forge(String(ctx.body.id_token))
    })
    return { provider, answer: provider.callback() }
  }

  const state: OpenIdServer = {
    issuer,
    person: { sub: 'ada' },
    people: new Map(),
    mood: 'well',
    asked: [],
    forge: undefined,
    sign: (claims, header) => signWithKey(keys[0], claims, header),
    rotateKeys: async () => {
      keys.unshift(await makeProviderKey(keys[0].alg))
      instance = makeInstance()
    },
    announceLogOut: async (subject) => {
      const client = await instance.provider.Client.find(oauthClient.clientId)
      // Its types have this method without a type.
      await quietly(async () => Object(client).backchannelLogout(subject))
    },
    tokensOf: storage.tokensOf,
    stop: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  let instance = makeInstance()

  const server = createServer((request, response) => {
    state.asked.push(new URL(request.url ?? '', issuer).pathname)
    if (state.mood === 'silent') return
    if (state.mood === 'broken') return void response.writeHead(503).end('Sorry.')
    if (!request.url?.startsWith('/interaction/')) return void instance.answer(request, response)
    const [, subject = state.person.sub] = /\bperson=([^;]+)/.exec(request.headers.cookie ?? '') ?? []
    const result =
      subject === 'nobody'
        ? { error: 'access_denied', error_description: 'They said no.' }
        : { login: { accountId: decodeURIComponent(subject) } }
    void instance.provider.interactionFinished(request, response, result)
  })
  await new Promise<void>((resolve) => server.listen(Number(new URL(issuer).port), '127.0.0.1', resolve))
  return state
}
