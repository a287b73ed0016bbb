import { expect, test } from 'bun:test'
import { expectProblem } from '../support/expect-problem'
import { beginLogInAt, exchangeForTokens, freshProvidedPerson } from '../support/federated-log-in'
import { federation } from '../support/federation-target'

const { server, openBrowser, acme } = await federation()

const codeChallenge = 'A'.repeat(43)

/** What the server answers to whoever wants to come back to `redirectTo`, as it stands in the address. */
const ask = (redirectTo: string) =>
  server.send(`GET /v1/auth/oauth/acme/authorize?codeChallenge=${codeChallenge}&redirectTo=${redirectTo}`)

const { port } = new URL(server.baseUrl)

const forbidden: [string, string[]][] = [
  ['a path', ['/signed-in', 'signed-in', '.', '?a=1', '#a', '']],
  ['a host without a scheme', ['//evil.example', '///evil.example', '////app.example.com', 'app.example.com']],
  [
    'a host behind backslashes',
    [
      '/\\evil.example',
      '\\\\evil.example',
      'https:\\\\app.example.com',
      'https://app.example.com\\@evil.example',
      'https:/\\evil.example',
    ],
  ],
  [
    'a scheme without slashes',
    ['https:evil.example', 'https:app.example.com', 'https:/app.example.com', 'http:app.example.com'],
  ],
  [
    'a user',
    [
      'https://app.example.com@evil.example/',
      'https://evil.example@app.example.com/',
      'https://a:b@app.example.com/',
      'https://app.example.com:x@evil.example',
    ],
  ],
  [
    'tabs and newlines',
    [
      'https://app.exa\tmple.com/',
      'ht\ntps://app.example.com/',
      ' https://app.example.com/',
      'https://app.example.com/\r\nlocation: https://evil.example',
      'java\tscript:alert(1)',
      'https://app.example.com/\u0000',
    ],
  ],
  [
    'letters that are not ASCII',
    [
      'https://аpp.example.com/',
      'https://app。example.com/',
      'https://app.example.com／@evil.example',
      'https://ⓐpp.example.com/',
      'https://app.example.com/ü',
    ],
  ],
  [
    'a host that only looks allowed',
    [
      'https://app.example.com.evil.example/',
      'https://evil-app.example.com/',
      'https://evilapp.example.com/',
      'https://x.app.example.com/',
      'https://example.com/',
      'https://app.example.co/',
      'https://app.example.com./',
      'https://xn--pp-6kc.example.com/',
    ],
  ],
  [
    'another port',
    ['https://app.example.com:8443/', 'https://app.example.com:80/', `http://127.0.0.1.evil.example:${port}/`],
  ],
  [
    'another scheme',
    [
      'http://app.example.com/',
      'ftp://app.example.com/',
      'wss://app.example.com/',
      'javascript:alert(1)',
      'javascript://app.example.com/%0aalert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://app.example.com/a',
      'view-source:https://app.example.com/',
      'about:blank',
    ],
  ],
  ['a fragment', ['https://app.example.com/#', 'https://app.example.com/#a=1', 'com.example.app:/#a']],
  [
    'a scheme of another program',
    ['com.example.evil:/', 'com.example.app.evil:/', 'example.app:/', 'com:/', 'com.example.appx:/'],
  ],
  [
    'a machine that is not this one',
    [
      'http://localhost:1234/',
      'http://127.0.0.2:1234/',
      'http://0.0.0.0:1234/',
      'https://127.0.0.1:1234/',
      'http://[::]:1234/',
      'http://169.254.169.254/',
    ],
  ],
  [
    'encodings of what is forbidden',
    [
      '%2F%2Fevil.example',
      'https://app.example.com%40evil.example/',
      'https://app.example.com%2Eevil.example/',
      'https%3A%2F%2Fapp.example.com',
      'https://app.example.com%00.evil.example/',
      'https://app.example.com%5c@evil.example/',
    ],
  ],
]

test.each(forbidden)('nobody is sent back to %s', async (_, addresses) => {
  const before = acme.asked.length
  for (const address of addresses) {
    const reply = await ask(encodeURIComponent(address))
    // No field may be empty, or hold controls.
    const isText = address !== '' && !/\p{Cc}/u.test(address)
    expect({ address, status: reply.status }).toEqual({ address, status: isText ? 400 : 422 })
    if (isText) expectProblem(reply, 400, 'invalid_redirect')
    expect(reply.headers.get('location')).toBeNull()
    expect(reply.headers.getSetCookie()).toEqual([])
  }
  expect(acme.asked.length).toBe(before)
})

test('an address that comes twice, or not at all, is no address', async () => {
  const app = encodeURIComponent('https://app.example.com/')
  for (const query of [
    `${app}&redirectTo=${encodeURIComponent('https://evil.example/')}`,
    `${app}&redirectTo=${app}`,
  ]) {
    const reply = await ask(query)
    expect([302, 422]).toContain(reply.status)
    expect(reply.headers.get('location') ?? acme.issuer).toStartWith(acme.issuer)
  }
  expectProblem(await server.send('GET /v1/auth/oauth/acme/authorize'), 422, 'invalid_request')
  for (const challenge of ['', 'A'.repeat(42), 'A'.repeat(44), 'A'.repeat(42).concat('+')]) {
    const query = new URLSearchParams({ redirectTo: 'https://app.example.com/', codeChallenge: challenge })
    expectProblem(await server.send(`GET /v1/auth/oauth/acme/authorize?${query}`), 422, 'invalid_request')
  }
})

const allowed = [
  'https://app.example.com',
  'https://app.example.com/a/b?c=d%20e&code=mine',
  'HTTPS://APP.example.com:443/a',
  'com.example.app:/signed-in',
  'com.example.app://signed-in?a=1',
  'http://127.0.0.1:49152/cb',
  'http://[::1]:8080/',
  `${server.baseUrl}/signed-in`,
]

test.each(allowed)('somebody may be sent back to %s, with a code that is good', async (redirectTo) => {
  const { address, read } = await beginLogInAt(server, 'acme', redirectTo)
  const expected = new URL(redirectTo)
  const arrival = await openBrowser(freshProvidedPerson()).open(address, (url) => url.pathname === '/signed-in')
  expect(arrival.url.href.split('?')[0]).toBe(expected.href.split('?')[0] ?? '')
  expected.searchParams.set('code', arrival.url.searchParams.get('code') ?? '')
  expect(arrival.url.search).toBe(expected.search)
  await exchangeForTokens(server, read(arrival))
})

test('an error goes to where the code would have gone, and nowhere else', async () => {
  const person = freshProvidedPerson({ sub: 'nobody' })
  const { address } = await beginLogInAt(server, 'acme', 'com.example.app:/signed-in?a=1')
  const { url } = await openBrowser(person).open(address)
  expect(url.href).toBe('com.example.app:/signed-in?a=1&error=access_denied')
})
