import { afterEach, expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { beginLogInAt, exchangeForTokens, freshProvidedPerson, logInAt, tryLogInAt } from '../support/federated-log-in'
import { expectRecordedRefusal } from '../support/federation-records'
import { federation, providerTimeoutSeconds } from '../support/federation-target'

const { server, openBrowser, logIn, moody } = await federation()

/** What the machine may take beside the waiting. */
const slackMs = 1500
/** How long nobody waits for a provider that failed to answer three times. */
const pauseMs = 1000

const query = new URLSearchParams({ redirectTo: 'https://app.example.com/', codeChallenge: 'A'.repeat(43) })

const askFor = async (provider: string) => {
  const began = performance.now()
  const reply = await server.send(`GET /v1/auth/oauth/${provider}/authorize?${query}`)
  return { reply, milliseconds: performance.now() - began }
}

const expectUnavailable = async (provider: string, mostMs: number) => {
  const { reply, milliseconds } = await askFor(provider)
  expectProblem(reply, 503, 'provider_unavailable')
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(reply.headers.get('server-timing')).toBe('provider;desc="closed"')
  expect(milliseconds).toBeLessThan(mostMs)
}

/** Everything else works, and waits for nothing. */
const expectOthersUnaffected = async () => {
  const began = performance.now()
  const { accessToken } = await logIn('acme', freshProvidedPerson())
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
  expect((await server.send('GET /health/ready')).status).toBe(200)
  await given.session(server, await given.provedAccount(server))
  expect(performance.now() - began).toBeLessThan(providerTimeoutSeconds * 1000 + slackMs)
}

/** Brings the provider back, and waits until it is asked again. */
const recover = async () => {
  moody.mood = 'well'
  const giveUpAt = performance.now() + pauseMs + slackMs
  while ((await askFor('moody')).reply.status !== 302 && performance.now() < giveUpAt) await Bun.sleep(50)
  await exchangeForTokens(server, await logInAt(server, openBrowser(freshProvidedPerson()), 'moody'))
}

afterEach(recover)

test('a provider that is down costs its own users an answer at once, and nobody else anything', async () => {
  for (let turn = 0; turn < 5; turn += 1) await expectUnavailable('down', slackMs)
  await expectOthersUnaffected()
  const { routes, outages } = Object((await server.send('GET /internal/policy')).json)
  const line = { route: 'GET /v1/auth/oauth/:provider/authorize', without: { provider: 'closed' } }
  expect(routes).toContainEqual(expect.objectContaining({ ...line, without: expect.objectContaining(line.without) }))
  const outage = { dependency: 'provider', mode: 'closed', inForce: true }
  expect(outages).toContainEqual(expect.objectContaining(outage))
})

test('a provider that says nothing costs its own users the deadline, then nothing, and works when it is back', async () => {
  moody.mood = 'silent'
  const before = moody.asked.length
  const first = await Promise.all([1, 2, 3].map(() => askFor('moody')))
  for (const { reply, milliseconds } of first) {
    expectProblem(reply, 503, 'provider_unavailable')
    expect(milliseconds).toBeGreaterThan(providerTimeoutSeconds * 1000 - 100)
    expect(milliseconds).toBeLessThan(providerTimeoutSeconds * 1000 + slackMs)
  }
  for (let turn = 0; turn < 5; turn += 1) await expectUnavailable('moody', 500)
  expect(moody.asked.length).toBe(before + 3)
  await expectOthersUnaffected()
})

test('a provider that is broken is not waited for, and works when it is back', async () => {
  moody.mood = 'broken'
  const before = moody.asked.length
  for (let turn = 0; turn < 6; turn += 1) await expectUnavailable('moody', slackMs)
  expect(moody.asked.length - before).toBeLessThan(6)
  await expectOthersUnaffected()
})

test.each([
  ['broken', slackMs],
  ['silent', providerTimeoutSeconds * 1000 + slackMs],
] as const)('who comes back from a provider that is %s by then is told so, in time', async (mood, mostMs) => {
  const browser = openBrowser(freshProvidedPerson())
  const { address } = await beginLogInAt(server, 'moody')
  const { url: callback } = await browser.open(address, ({ pathname }) => pathname.endsWith('/callback'))
  moody.mood = mood
  const began = performance.now()
  const { url, ownAnswer } = await browser.open(callback)
  expect(url.href).toBe('https://app.example.com/signed-in?error=provider_failed')
  expect(performance.now() - began).toBeLessThan(mostMs)
  expect(ownAnswer?.headers.get('server-timing')).toBe('provider;desc="closed"')
  await expectRecordedRefusal(ownAnswer, 'moody', 'unavailable')
})

test('while a provider hangs, many who wait for it keep nobody else waiting', async () => {
  moody.mood = 'silent'
  const waiting = Array.from({ length: 30 }, () => tryLogInAt(server, openBrowser(), 'moody'))
  await expectOthersUnaffected()
  for (const { answer } of await Promise.all(waiting)) expect(answer?.status).toBe(503)
})
