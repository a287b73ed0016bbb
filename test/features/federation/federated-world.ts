import { openWorld, type TestSettings, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { type OwnServer, openFederatedBrowser } from '../../support/federated-browser'
import { beginLogInAt, type Returned } from '../../support/federated-log-in'
import { listEvents } from '../audit/events'
import {
  clientId,
  clientSecret,
  createStandInIssuer,
  goodClaims,
  issuer,
  type StandInIssuer,
  tokenAnswer,
} from './stand-in-issuer'

/** Settings with which people may log in at these providers. */
export const settingsFor = (providers: string[], more: Record<string, string> = {}): TestSettings => ({
  REDIRECT_ORIGINS: 'https://app.example.com',
  ...Object.fromEntries(
    providers.flatMap((id) => [
      [`OAUTH_${id.toUpperCase()}_CLIENT_ID`, clientId],
      [`OAUTH_${id.toUpperCase()}_CLIENT_SECRET`, clientSecret],
    ]),
  ),
  ...more,
})

export interface FederatedWorld {
  world: World
  acme: StandInIssuer
}

/** A world with the provider `acme`, which is a stand-in. */
export const openFederatedWorld = async (more: Record<string, string> = {}): Promise<FederatedWorld> => {
  const acme = createStandInIssuer()
  const world = await openWorld(settingsFor(['acme'], { OAUTH_ACME_ISSUER: issuer, ...more }))
  return { world: world.startAnother({}, { providers: acme.providers }), acme }
}

export const ownServer = (world: World): OwnServer => ({ baseUrl: world.config.BASE_URL, send: world.send })

/** A browser that is told where to go at each provider. */
export const openBrowserIn = (world: World) => openFederatedBrowser(ownServer(world), [])

export interface CameBack {
  /** What the callback answered if it sent the browser nowhere. */
  status: number | undefined
  error: string | null
  /** Where the browser is. */
  url: URL
  returned(): Returned
}

/** A log-in that is at its provider. */
export interface LogInUnderWay {
  browser: ReturnType<typeof openBrowserIn>
  /** The provider's address, as the browser was sent there. */
  request: URL
  state: string
  nonce: string | null
  /** Lets a browser come back with these parameters; `state`, `code` and `iss` are right unless said. */
  comeBack(
    parameters?: Record<string, string | undefined>,
    browser?: ReturnType<typeof openBrowserIn>,
  ): Promise<CameBack>
}

/** Begins a log-in, up to where the browser is at the provider. */
export const goToProvider = async (
  world: World,
  provider = 'acme',
  browser = openBrowserIn(world),
): Promise<LogInUnderWay> => {
  const { address, read } = await beginLogInAt(ownServer(world), provider)
  const { url: request, answer } = await browser.open(address)
  if (answer) throw new Error(`The browser was not sent to the provider: ${answer.status} ${answer.text}`)
  const state = request.searchParams.get('state') ?? ''
  return {
    browser,
    request,
    state,
    nonce: request.searchParams.get('nonce'),
    comeBack: async (parameters = {}, other = browser) => {
      const url = new URL(`${world.config.BASE_URL}/v1/auth/oauth/${provider}/callback`)
      const all = { state, code: 'a code of the provider', ...(provider === 'acme' && { iss: issuer }), ...parameters }
      for (const [name, value] of Object.entries(all)) if (value !== undefined) url.searchParams.set(name, value)
      const arrival = await other.open(url)
      return {
        status: arrival.answer?.status,
        error: arrival.url.searchParams.get('error'),
        url: arrival.url,
        returned: () => read(arrival),
      }
    },
  }
}

/** Logs in at `acme` as somebody with these claims, up to the program that asked. */
export const comeBackAs = async (
  { world, acme }: FederatedWorld,
  claims: object = {},
  tokens: object = {},
): Promise<Returned> => {
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await acme.sign(goodClaims(flow.nonce, { ...claims })), tokens)
  return (await flow.comeBack()).returned()
}

export const exchangeIn = (world: World, json: Returned): Promise<Answer> =>
  world.send('POST /v1/auth/oauth/exchange', { json })

/** Why log-ins were refused so far, oldest first. */
export const refusalsOf = async (world: World) =>
  (await listEvents(world)).filter(({ type }) => type === 'federation.refused').map(({ data }) => data)

/** How many accounts, and links of accounts at providers, there are. */
export const countLinked = async (world: World): Promise<{ users: number; identities: number }> => {
  const count = async (table: string) => (await world.db.run(`select 1 from "${table}"`, [], 'arrays')).length
  return { users: await count('user'), identities: await count('identity') }
}
