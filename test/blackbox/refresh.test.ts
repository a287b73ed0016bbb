import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { target } from '../target'

const server = await target()

const refresh = (refreshToken: string) => server.send('POST /v1/auth/refresh', { json: { refreshToken } })

const flipBit = (token: string, index: number): string => {
  const bytes = Uint8Array.fromBase64(token.slice(4), { alphabet: 'base64url' })
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return `prt_${bytes.toBase64({ alphabet: 'base64url', omitPadding: true })}`
}

test('a refresh gives the next tokens of the same session, and both work', async () => {
  const first = await given.person(server)
  const second = await given.refreshed(server, first.refreshToken)
  expect(second.sessionId).toBe(first.sessionId)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  expect(second.accessToken).not.toBe(first.accessToken)
  expect((await server.send('GET /v1/me', { accessToken: second.accessToken })).json).toEqual(second.user)
  const third = await given.refreshed(server, second.refreshToken)
  expect(third.sessionId).toBe(first.sessionId)
})

test('the token that was just replaced gives the identical successor, as often as it comes', async () => {
  const first = await given.person(server)
  const { accessToken, refreshToken } = await given.refreshed(server, first.refreshToken)
  for (const _ of [1, 2, 3]) {
    const again = await given.refreshed(server, first.refreshToken)
    expect(again).toMatchObject({ accessToken, refreshToken })
  }
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('a token two steps old ends the session with all its tokens, and only this session', async () => {
  const person = await given.person(server)
  const elsewhere = await given.session(server, person)
  const second = await given.refreshed(server, person.refreshToken)
  const third = await given.refreshed(server, second.refreshToken)

  expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token')
  for (const { accessToken, refreshToken } of [person, second, third]) {
    expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
    expectProblem(await refresh(refreshToken), 401, 'invalid_refresh_token')
  }
  expect((await server.send('GET /v1/me', { accessToken: elsewhere.accessToken })).status).toBe(200)
  expect((await refresh(elsewhere.refreshToken)).status).toBe(200)
})

test('garbage is refused, and so is a refresh without a token', async () => {
  const { accessToken } = await given.person(server)
  const garbage = ['', 'x', 'prt_', 'prt_AAAA', `prt_${'A'.repeat(75)}`, crypto.randomUUID(), accessToken.slice(0, 512)]
  for (const token of garbage) expectProblem(await refresh(token), 401, 'invalid_refresh_token')
  expectProblem(await server.send('POST /v1/auth/refresh', { json: {} }), 401, 'invalid_refresh_token')
  expectFaults(await refresh('x'.repeat(513)), { '/refreshToken': 'too_big' })
})

test('one changed bit anywhere makes a token worthless, and costs the session nothing', async () => {
  const { refreshToken } = await given.person(server)
  const length = Uint8Array.fromBase64(refreshToken.slice(4), { alphabet: 'base64url' }).length
  const tampered = Array.from({ length }, (_, index) => flipBit(refreshToken, index))
  const statuses = await Promise.all(tampered.map(async (token) => (await refresh(token)).status))
  expect(new Set(statuses)).toEqual(new Set([401]))
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('a token has one spelling', async () => {
  const { refreshToken } = await given.person(server)
  const spellings = [
    refreshToken.slice(4),
    refreshToken.toUpperCase(),
    refreshToken.slice(0, -1),
    `${refreshToken}A`,
    `${refreshToken}=`,
    ` ${refreshToken}`,
    `${refreshToken} `,
    refreshToken.replace('prt_', 'PRT_'),
  ]
  for (const spelling of spellings) expectProblem(await refresh(spelling), 401, 'invalid_refresh_token')
  expect((await refresh(refreshToken)).status).toBe(200)
})

test('a refresh shows the profile as it is now, and moves the end of the session', async () => {
  const person = await given.person(server)
  const { accessToken } = person
  await server.send('PATCH /v1/me', { accessToken, json: { name: 'Countess of Lovelace' } })
  const next = await given.refreshed(server, person.refreshToken)
  expect(next.user.name).toBe('Countess of Lovelace')
  expect(next.expiresIn).toBeWithin(800, 901)
  expect(next.refreshExpiresIn).toBeWithin(604_790, 604_801)
})

test('an ended session refreshes no more', async () => {
  const person = await given.person(server)
  expect((await server.send('POST /v1/auth/logout', { accessToken: person.accessToken })).status).toBe(204)
  expectProblem(await refresh(person.refreshToken), 401, 'invalid_refresh_token')
})
