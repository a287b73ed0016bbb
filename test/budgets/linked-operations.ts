import * as z from 'zod'
import { get, logIn, post, registerAccount } from '../runtimes/account'
import { waitForMail } from './mailed-operations'
import type { SmallIssuer } from './small-issuer'

const Identity = z.object({ id: z.string() })

/** A secret of the program and its SHA-256, in base64url (RFC 7636). */
export const codeVerifier = 'v'.repeat(43)
const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
const codeChallenge = new Uint8Array(digest).toBase64({ alphabet: 'base64url', omitPadding: true })

export const authorization = new URLSearchParams({ redirectTo: 'http://postern.test/signed-in', codeChallenge })

/** What a browser does that goes nowhere by itself. */
const visit = (url: string, path: string, cookie = '') =>
  fetch(`${url}/v1/auth/oauth/acme/${path}`, { redirect: 'manual', headers: { cookie } })

/** Where an answer sends the browser. */
export const readLocation = ({ status, headers }: Response) => {
  const location = headers.get('location')
  if (status !== 302 || location === null) throw new Error(`It answered ${status} and led nowhere.`)
  return new URL(location)
}

/** How the provider that an answer leads to would send the browser back: its code is the nonce. */
export const flowIn = (answer: Response) => {
  const { searchParams } = readLocation(answer)
  const back = { state: searchParams.get('state') ?? '', code: searchParams.get('nonce') ?? '' }
  const [cookie = ''] = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0])
  return { path: `callback?${new URLSearchParams(back)}`, cookie }
}

/** Goes to the provider, up to the address that it would send the browser back to. */
const goThere = async (url: string) => flowIn(await visit(url, `authorize?${authorization}`))

const comeBack = async (url: string) => {
  const { path, cookie } = await goThere(url)
  const code = readLocation(await visit(url, path, cookie)).searchParams.get('code')
  if (code === null) throw new Error('The log-in came back without a code.')
  return { code, codeVerifier }
}

const link = async (url: string, accessToken: string) =>
  Identity.parse(await (await post(url, '/me/identities', await comeBack(url), accessToken)).json()).id

/** Somebody with an account at a provider, and log-ins there at each stage, got from the server that is told. */
export const newLinkedPerson = async (url: string, { sign }: SmallIssuer) => {
  const { email } = await registerAccount(url)
  const { token } = await waitForMail(url, email, 'verify-email')
  await post(url, '/auth/email/verify', { token })
  const { accessToken } = await logIn(url, email)
  const nonce = crypto.randomUUID()
  return {
    accessToken,
    underWay: await goThere(url),
    forLogIn: await comeBack(url),
    forLink: await comeBack(url),
    identityId: await link(url, accessToken),
    native: { idToken: await sign(nonce), nonce },
  }
}

export type LinkedPerson = Awaited<ReturnType<typeof newLinkedPerson>>

/** One request each of somebody who logs in at another provider, in an order that they can go through. */
export const linkedOperations = {
  'go to another provider': (url) => visit(url, `authorize?${authorization}`),
  'come back from it': (url, { underWay }) => visit(url, underWay.path, underWay.cookie),
  'exchange what came back': (url, { forLogIn }) => post(url, '/auth/oauth/exchange', forLogIn),
  'log in by an id_token': (url, { native }) => post(url, '/auth/oauth/acme/token', native),
  'link what came back': (url, { forLink, accessToken }) => post(url, '/me/identities', forLink, accessToken),
  'list accounts elsewhere': (url, { accessToken }) => get(url, '/v1/me/identities', accessToken),
  'read the token of a provider': (url, { identityId, accessToken }) =>
    get(url, `/v1/me/identities/${identityId}/token`, accessToken),
  'unlink an account elsewhere': (url, { identityId, accessToken }) =>
    fetch(`${url}/v1/me/identities/${identityId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${accessToken}` },
    }),
} satisfies Record<string, (url: string, person: LinkedPerson) => Promise<Response>>

export type LinkedOperationName = keyof typeof linkedOperations

export const linkedOperationNames = Object.keys(linkedOperations).filter(
  (name): name is LinkedOperationName => name in linkedOperations,
)
