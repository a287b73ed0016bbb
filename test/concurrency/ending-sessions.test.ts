import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

test('of eight revocations of one session at once exactly one succeeds', async () => {
  const person = await given.person(server)
  const { sessionId, accessToken } = await given.session(server, person)
  const replies = await inParallel(8, () =>
    server.send(`DELETE /v1/sessions/${sessionId}`, { accessToken: person.accessToken }),
  )
  expect(countByStatus(replies)).toEqual({ 204: 1, 404: 7 })
  expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
})

test('two sessions that revoke the others at once never both survive', async () => {
  for (let round = 0; round < 5; round += 1) {
    const first = await given.person(server)
    const second = await given.session(server, first)
    await Promise.all([first, second].map(({ accessToken }) => server.send('DELETE /v1/sessions', { accessToken })))
    const alive = await Promise.all(
      [first, second].map(async ({ accessToken }) => (await server.send('GET /v1/me', { accessToken })).status === 200),
    )
    expect(alive.filter(Boolean).length).toBeLessThan(2)
  }
})

test('a proof and many sessions that revoke the others at once don’t block each other', async () => {
  for (let round = 0; round < 6; round += 1) {
    const newcomer = await given.newcomer(open)
    const sessions = [newcomer, ...(await inParallel(8, () => given.session(open, newcomer)))]
    await Promise.all(sessions.toReversed().map(({ refreshToken }) => given.refreshed(open, refreshToken)))
    const token = await given.verificationToken(open, newcomer.email)
    const [proof, ...revocations] = await Promise.all([
      open.send('POST /v1/auth/email/verify', { json: { token } }),
      ...sessions.map(({ accessToken }) => open.send('DELETE /v1/sessions', { accessToken })),
    ])
    expect(proof.status).toBe(200)
    for (const { status } of revocations) expect([204, 401]).toContain(status)
  }
})

test('whatever ends, refreshes and uses the sessions of a person at once, nobody meets an error', async () => {
  for (let round = 0; round < 10; round += 1) {
    const newcomer = await given.newcomer(open)
    const sessions = [newcomer, ...(await inParallel(4, () => given.session(open, newcomer)))]
    const token = await given.verificationToken(open, newcomer.email)
    const replies = await Promise.all([
      open.send('POST /v1/auth/email/verify', { json: { token } }),
      ...sessions.flatMap(({ accessToken, refreshToken, sessionId }) => [
        open.send('DELETE /v1/sessions', { accessToken }),
        open.send(`DELETE /v1/sessions/${sessionId}`, { accessToken }),
        open.send('POST /v1/auth/logout', { accessToken }),
        open.send('PATCH /v1/me', { accessToken, json: { bio: 'Busy.' } }),
        open.send('POST /v1/auth/refresh', { json: { refreshToken } }),
      ]),
    ])
    expect(replies.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
    expect((await given.session(open, newcomer)).user.emailVerified).toBe(true)
  }
})
