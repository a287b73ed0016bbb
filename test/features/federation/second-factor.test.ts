import { expect, test } from 'bun:test'
import { MfaChallenge } from '#features/authenticators/log-in-contract'
import { eventsOf } from '../audit/events'
import { comeBackAs, countLinked, exchangeIn, openFederatedWorld } from './federated-world'

const required = { MFA_POLICY: 'required', MFA_GRACE_SECONDS: '0' }

test('where everybody must have a second factor, who is new gets an account and no session before it', async () => {
  const opened = await openFederatedWorld(required)
  const returned = await comeBackAs(opened)
  const events = await eventsOf(opened.world, async () => {
    const answer = await exchangeIn(opened.world, returned)
    expect(MfaChallenge.parse(answer.body).challenge).toMatchObject({ mustEnrol: true, methods: [] })
    expect(answer.text).not.toContain('accessToken')
  })
  expect(events.map(({ type }) => type)).toEqual(['account.registered', 'identity.linked', 'login.challenged'])
  expect(events.at(-1)?.data).toEqual({ method: 'federation', kind: 'enrolment' })
  expect(await countLinked(opened.world)).toEqual({ users: 1, identities: 1 })
  expect(await opened.world.db.run('select 1 from session', [], 'arrays')).toEqual([])
})

test('within the grace they are let in, until its end', async () => {
  const opened = await openFederatedWorld({ ...required, MFA_GRACE_SECONDS: '600' })
  const answer = await exchangeIn(opened.world, await comeBackAs(opened))
  const token = String(Object(answer.body).accessToken)
  expect((await opened.world.send('GET /v1/me', { token })).status).toBe(200)
  opened.world.advance(601)
  expect((await opened.world.send('GET /v1/me', { token })).status).toBe(401)
  expect(MfaChallenge.parse((await exchangeIn(opened.world, await comeBackAs(opened))).body).challenge.mustEnrol).toBe(
    true,
  )
})
