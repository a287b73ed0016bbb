import { beginFederatedLogIn, readFederatedReturn } from '../../src/client/federated-log-in'
import { freshEmail } from '../given'
import type { Arrival, FederatedBrowser, OwnServer } from './federated-browser'
import type { ProvidedPerson } from './openid-provider'
import { noteSecret } from './secrets'
import type { Reply } from './send'
import type { Server } from './server'
import { TokenSet } from './shapes'

/** The page of the program that logs people in; nothing listens there. */
export const appPage = 'https://app.example.com/signed-in'

/** What a program needs for its tokens. */
export interface Returned {
  code: string
  codeVerifier: string
}

/** Somebody that a provider vouches for and nobody here knows. */
export const freshProvidedPerson = (claims: Partial<ProvidedPerson> = {}): ProvidedPerson & { email: string } => ({
  sub: crypto.randomUUID(),
  email: freshEmail(),
  email_verified: true,
  name: 'Ada Lovelace',
  ...claims,
})

const createStorage = () => {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

/** Begins a log-in as a program does: where it sends the browser, and how it reads what that came back with. */
export const beginLogInAt = async ({ baseUrl }: Pick<OwnServer, 'baseUrl'>, provider: string, redirectTo = appPage) => {
  const storage = createStorage()
  const address = await beginFederatedLogIn({ baseUrl, provider, redirectTo, storage })
  const read = ({ url, answer }: Arrival): Returned => {
    if (answer) throw new Error(`The browser stayed at ${url.origin}${url.pathname}: ${answer.status} ${answer.text}`)
    const returned = readFederatedReturn(url.href, storage)
    if (!returned || 'error' in returned) throw new Error(`The log-in came back with ${url.search}.`)
    noteSecret(returned.codeVerifier)
    return returned
  }
  return { address, read }
}

/** Logs in at a provider, up to the program that asked. Throws unless it comes back with a code. */
export const logInAt = async (own: OwnServer, browser: FederatedBrowser, provider: string): Promise<Returned> => {
  const { address, read } = await beginLogInAt(own, provider)
  return read(await browser.open(address))
}

/** Where the browser of a log-in ends that is not meant to work. */
export const tryLogInAt = async (own: OwnServer, browser: FederatedBrowser, provider: string): Promise<Arrival> =>
  browser.open((await beginLogInAt(own, provider)).address)

export const exchange = (server: Server, json: Returned & { transport?: string }): Promise<Reply> =>
  server.send('POST /v1/auth/oauth/exchange', { json })

/** The tokens of somebody who came back from a provider and has no second factor. */
export const exchangeForTokens = async (server: Server, returned: Returned): Promise<TokenSet> => {
  const reply = await exchange(server, returned)
  if (reply.status !== 200) throw new Error(`The exchange was answered ${reply.status}: ${reply.text}`)
  return TokenSet.parse(reply.json)
}
