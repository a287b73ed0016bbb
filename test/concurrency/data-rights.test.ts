import { expect, test } from 'bun:test'
import { given } from '../given'
import { tokenIn, waitForMail } from '../support/mailbox'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()

test('of sixteen deletions of one account at once one closes it, and of sixteen cancellations one opens it again', async () => {
  const person = await given.person(server)
  const { accessToken } = person
  const closed = await inParallel(16, () => server.send('DELETE /v1/me', { accessToken }))
  expect(countByStatus(closed)).toEqual({ 202: 1, 401: 15 })
  const token = tokenIn(await waitForMail(server, person.email, 'account-closed'))
  const cancelled = await inParallel(16, () => server.send('POST /v1/auth/erasure/cancel', { json: { token } }))
  expect(countByStatus(cancelled)).toEqual({ 204: 1, 400: 15 })
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(401)
  expect((await given.session(server, person)).user.email).toBe(person.email)
})

test('log-ins beside a deletion leave no session that outlives it, also when it is taken back', async () => {
  for (let round = 0; round < 3; round += 1) {
    const person = await given.person(server)
    const logIns = inParallel(8, () =>
      server.send('POST /v1/auth/login', { json: { email: person.email, password: person.password } }),
    )
    const { accessToken } = person
    expect((await server.send('DELETE /v1/me', { accessToken })).status).toBe(202)
    const opened = (await logIns).filter(({ status }) => status === 200)
    const token = tokenIn(await waitForMail(server, person.email, 'account-closed'))
    expect((await server.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
    for (const { json } of opened) {
      const { accessToken } = Object(json)
      expect((await server.send('GET /v1/me', { accessToken })).status).toBe(401)
    }
  }
})

test('of sixteen asks for an export at once one is begun, and of sixteen that fetch it one gets it', async () => {
  const person = await given.person(server)
  const { accessToken } = person
  const asked = await inParallel(16, () => server.send('POST /v1/me/export', { accessToken }))
  expect(countByStatus(asked)).toEqual({ 202: 16 })
  expect(new Set(asked.map(({ json }) => Object(json).id)).size).toBe(1)
  const token = tokenIn(await waitForMail(server, person.email, 'data-export-ready'))
  const fetched = await inParallel(16, () => server.send('POST /v1/auth/export/collect', { json: { token } }))
  expect(countByStatus(fetched)).toEqual({ 200: 1, 400: 15 })
})
