import { readSetCookies, type SetCookie, toCookieHeader } from './cookies'
import { noteSecret } from './secrets'

/** What a server answered, as far as a browser cares. */
export interface BrowserAnswer {
  status: number
  headers: Headers
  text: string
}

/** The Postern that a log-in goes through, over the network or in a world. */
export interface OwnServer {
  baseUrl: string
  send(route: string, call: { headers: Record<string, string>; body?: string }): Promise<BrowserAnswer>
}

/** Where a browser ended. */
export interface Arrival {
  url: URL
  /** Undefined at a page of the program that asked, where nothing listens, and where the browser was stopped. */
  answer: BrowserAnswer | undefined
  /** What our server answered last. */
  ownAnswer: BrowserAnswer | undefined
}

/** A browser without a window: it follows redirects, sends forms, and has a jar of cookies for each origin. */
export interface FederatedBrowser {
  /** Every address it was at, in order. */
  history: URL[]
  /** Opens an address and goes on to where it is sent, until an answer, a page of a program, or where `stop` says so. */
  open(address: string | URL, stop?: (url: URL) => boolean): Promise<Arrival>
  /** Sends a form that a page of another origin has. */
  submit(action: string, fields: URLSearchParams, from: string): Promise<Arrival>
  cookieOf(origin: string, name: string): SetCookie | undefined
}

const mostRedirects = 20

const secretParameters = ['code', 'state', 'request_uri']

const noteSecretsOf = (parameters: URLSearchParams) => {
  for (const name of secretParameters) noteSecret(parameters.get(name) ?? '')
}

/** The form that a page of a provider sends by itself (OAuth 2.0 Form Post Response Mode). */
const findForm = ({ text }: BrowserAnswer): { action: string; fields: URLSearchParams } | undefined => {
  const [, action] = /<form method="post" action="([^"]+)">/.exec(text) ?? []
  const inputs = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"\/>/g)]
  const fields = new URLSearchParams(inputs.map(([, name = '', value = '']) => [name, value]))
  return action === undefined ? undefined : { action, fields }
}

const fetchAnswer = async (url: URL, headers: Record<string, string>): Promise<BrowserAnswer> => {
  const response = await fetch(url, { headers, redirect: 'manual' })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const createJars = () => {
  const jars = new Map<string, Map<string, SetCookie>>()
  const jarOf = (origin: string) => {
    const jar = jars.get(origin) ?? new Map<string, SetCookie>()
    jars.set(origin, jar)
    return jar
  }
  return {
    jarOf,
    keep: ({ origin }: URL, headers: Headers) => {
      for (const cookie of Object.values(readSetCookies(headers))) {
        if (cookie.value === '' || cookie.attributes['max-age'] === '0') jarOf(origin).delete(cookie.name)
        else jarOf(origin).set(cookie.name, cookie)
      }
    },
    headerFor: ({ origin, pathname }: URL, isSent: (cookie: SetCookie) => boolean): Record<string, string> => {
      const cookies = [...jarOf(origin).values()]
        .filter((cookie) => pathname.startsWith(cookie.attributes.path ?? '/') && isSent(cookie))
        .map(({ name, value }) => [name, value])
      return cookies.length === 0 ? {} : { cookie: toCookieHeader(Object.fromEntries(cookies)) }
    },
  }
}

/**
 * Opens a browser with empty jars.
 * @param issuers providers that it can reach
 * @param subject who it is at them; whoever they log in next unless said
 */
export const openFederatedBrowser = (own: OwnServer, issuers: string[], subject?: string): FederatedBrowser => {
  const { jarOf, keep, headerFor } = createJars()
  if (subject !== undefined) {
    const cookie = { name: 'person', value: encodeURIComponent(subject), attributes: {} }
    for (const issuer of issuers) jarOf(issuer).set(cookie.name, cookie)
  }

  let ownAnswer: BrowserAnswer | undefined
  const sendOwn: OwnServer['send'] = async (route, call) => {
    ownAnswer = await own.send(route, call)
    return ownAnswer
  }

  const get = async (url: URL): Promise<BrowserAnswer> => {
    const headers = headerFor(url, () => true)
    const isOwn = url.origin === own.baseUrl
    const answer = isOwn
      ? await sendOwn(`GET ${url.pathname}${url.search}`, { headers })
      : await fetchAnswer(url, headers)
    keep(url, answer.headers)
    return answer
  }

  const browser: FederatedBrowser = {
    history: [],
    cookieOf: (origin, name) => jarOf(origin).get(name),
    open: async (address, stop = () => false) => {
      let url = new URL(address)
      for (let redirects = 0; redirects < mostRedirects; redirects += 1) {
        browser.history.push(url)
        noteSecretsOf(url.searchParams)
        const isReachable = [own.baseUrl, ...issuers].includes(url.origin)
        if (!isReachable || stop(url)) return { url, answer: undefined, ownAnswer }
        const answer = await get(url)
        const form = findForm(answer)
        if (form) return browser.submit(form.action, form.fields, url.origin)
        const location = answer.headers.get('location')
        if (location === null) return { url, answer, ownAnswer }
        url = new URL(location, url)
      }
      throw new Error(`There was no end of redirects at ${url.origin}.`)
    },
    submit: async (action, fields, from) => {
      const url = new URL(action)
      browser.history.push(url)
      noteSecretsOf(fields)
      const headers = {
        // From another site browsers send those only that allow it.
        ...headerFor(url, ({ attributes }) => attributes.samesite === 'None'),
        'content-type': 'application/x-www-form-urlencoded',
        origin: from,
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'navigate',
      }
      const answer = await sendOwn(`POST ${url.pathname}`, { headers, body: String(fields) })
      keep(url, answer.headers)
      const location = answer.headers.get('location')
      return location === null ? { url, answer, ownAnswer } : browser.open(location)
    },
  }
  return browser
}
