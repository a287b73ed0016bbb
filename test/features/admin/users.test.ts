import { expect, test } from 'bun:test'
import { Account } from '#features/admin/account-contract'
import { logInWith, mailedTemplates, mailOf, resetPassword, tokensOf } from '../accounts/mailed'
import { call, hire, isNotThere, mayNot, openStaffWorld, password, recorded } from './staff-people'

const open = async () => {
  const world = await openStaffWorld()
  return {
    world,
    ada: await hire(world, 'Ada', 'admin'),
    sue: await hire(world, 'Sue', 'support'),
    eve: await hire(world, 'Eve'),
  }
}

test('staff see an account with all of it, and its version', async () => {
  const { world, ada, eve } = await open()
  const answer = await call(world, ada, `GET /v1/admin/users/${eve.id}`)
  expect(answer).toMatchObject({
    status: 200,
    body: {
      id: eve.id,
      email: eve.email,
      banned: false,
      bannedUntil: null,
      banReason: null,
      closedAt: null,
      roles: [],
      lockedUntil: null,
      lastSignInAt: world.clock.now().toISOString(),
      hasPassword: true,
      authenticators: 0,
      sessions: 2,
    },
  })
  const etag = answer.headers.get('etag') ?? ''
  const known = await call(world, ada, `GET /v1/admin/users/${eve.id}`, undefined, { 'if-none-match': etag })
  expect(known.status).toBe(304)
  expect(Account.parse((await call(world, ada, `GET /v1/admin/users/${ada.id}`)).body).roles).toEqual(['admin'])
  expect(await call(world, ada, `GET /v1/admin/users/${crypto.randomUUID()}`)).toMatchObject(isNotThere)
})

test('who is no staff finds nothing, and who may not is told so', async () => {
  const { world, sue, eve, ada } = await open()
  const routes = [
    `GET /v1/admin/users`,
    `GET /v1/admin/users/${ada.id}`,
    `DELETE /v1/admin/users/${ada.id}`,
    `POST /v1/admin/users/${ada.id}/unlock`,
    'GET /v1/admin/statistics',
    'GET /v1/admin/impersonations',
  ]
  for (const route of routes) expect(await call(world, eve, route)).toMatchObject(isNotThere)
  expect(await call(world, sue, `DELETE /v1/admin/users/${eve.id}`)).toMatchObject(mayNot)
  expect(await call(world, sue, 'GET /v1/admin/statistics')).toMatchObject(mayNot)
  expect(await call(world, sue, 'POST /v1/admin/users', { email: 'new@example.com' })).toMatchObject(mayNot)
  expect((await call(world, sue, `GET /v1/admin/users/${eve.id}`)).status).toBe(200)
})

test('an account without a password gets a mail to set one, which proves the address', async () => {
  const { world, ada } = await open()
  const made = await call(world, ada, 'POST /v1/admin/users', {
    email: ' New@Example.com ',
    name: 'New',
    address: { country: 'GB' },
    attributes: { customerNumber: 'C-1815' },
  })
  expect(made).toMatchObject({
    status: 201,
    body: {
      email: 'new@example.com',
      name: 'New',
      emailVerified: false,
      hasPassword: false,
      address: { country: 'GB' },
    },
  })
  const { id, attributes } = Account.parse(made.body)
  expect(attributes).toEqual({ customerNumber: 'C-1815' })
  expect(made.headers.get('location')).toBe(`/v1/admin/users/${id}`)
  const mail = mailOf(world, 'reset-password', 'new@example.com')
  // Where staff sit is not for others.
  expect(mail.text).not.toContain('203.0.113.7')
  expect((await resetPassword(world, mail.data.token ?? '', password)).status).toBe(204)
  const { user } = tokensOf(await logInWith(world, password, 'new@example.com'))
  expect(user).toMatchObject({ id, emailVerified: true })
  expect(user.attributes).toEqual({})
  expect(await recorded(world, 'account.created')).toMatchObject([
    { actor_id: ada.id, user_id: id, data: { by: 'staff' } },
  ])
  expect(await call(world, ada, 'POST /v1/admin/users', { email: 'new@example.com' })).toMatchObject({
    status: 409,
    body: { code: 'email_taken' },
  })
})

test('with a password and proved there is nothing to mail; a password is held to the rules', async () => {
  const { world, ada } = await open()
  const before = world.outbox.length
  const json = { email: 'new@example.com', password: 'nanoseconds of copper wire', emailVerified: true }
  expect(await call(world, ada, 'POST /v1/admin/users', json)).toMatchObject({
    status: 201,
    body: { emailVerified: true, hasPassword: true },
  })
  expect(world.outbox.length).toBe(before)
  expect((await logInWith(world, json.password, json.email)).status).toBe(200)
  const weak = await call(world, ada, 'POST /v1/admin/users', { email: 'other@example.com', password: 'short' })
  expect(weak).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password', code: 'password_too_short' }] } })
  const large = { email: 'other@example.com', attributes: { customerNumber: 'x'.repeat(20_000) } }
  expect((await call(world, ada, 'POST /v1/admin/users', large)).status).toBe(422)
})

test('with an Idempotency-Key one account is made, and answered twice', async () => {
  const { world, ada } = await open()
  const make = () =>
    call(world, ada, 'POST /v1/admin/users', { email: 'new@example.com' }, { 'idempotency-key': 'key-1815' })
  const [first, second] = [await make(), await make()]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body).toEqual(first.body)
  expect(second.headers.get('idempotent-replayed')).toBe('true')
  expect(mailedTemplates(world).filter((mail) => mail === 'reset-password → new@example.com').length).toBe(1)
})

test('staff change fields and attributes of every visibility, of the version that they know', async () => {
  const { world, ada, eve } = await open()
  const route = `PATCH /v1/admin/users/${eve.id}`
  const { headers } = await call(world, ada, `GET /v1/admin/users/${eve.id}`)
  const etag = headers.get('etag') ?? ''
  const changed = await call(
    world,
    ada,
    route,
    { name: 'Eva', attributes: { customerNumber: 'C-1' } },
    { 'if-match': etag },
  )
  expect(changed).toMatchObject({ status: 200, body: { name: 'Eva', attributes: { customerNumber: 'C-1' } } })
  expect((await call(world, ada, route, { name: 'Late' }, { 'if-match': etag })).status).toBe(412)
  expect((await call(world, ada, route, {}, { 'if-match': etag })).status).toBe(412)
  const next = changed.headers.get('etag') ?? ''
  expect((await call(world, ada, route, {}, { 'if-match': next })).status).toBe(200)
  expect(await recorded(world, 'account.updated')).toMatchObject([
    { actor_id: ada.id, user_id: eve.id, data: { fields: ['name', 'attributes'] } },
  ])
  for (const json of [{ role: 'admin' }, { banned: true }, { id: ada.id }, { attributes: { unknown: 1 } }]) {
    expect((await call(world, ada, route, json)).status).toBe(422)
  }
})

test('another address voids mailed links, its proof and sessions, and both addresses hear of it', async () => {
  const { world, ada, eve } = await open()
  await world.send('POST /v1/auth/password/forgot', { json: { email: eve.email } })
  await world.settle()
  const { token = '' } = mailOf(world, 'reset-password', eve.email).data
  const moved = await call(world, ada, `PATCH /v1/admin/users/${eve.id}`, { email: 'eva@example.com' })
  expect(moved).toMatchObject({ status: 200, body: { email: 'eva@example.com', emailVerified: false, sessions: 0 } })
  expect((await resetPassword(world, token, 'nanoseconds of copper wire')).status).toBe(400)
  expect((await world.send('GET /v1/me', { token: eve.token })).status).toBe(401)
  expect(mailedTemplates(world)).toContain(`email-changed → ${eve.email}`)
  expect(mailedTemplates(world)).toContain('verify-email → eva@example.com')
  expect(mailOf(world, 'email-changed').text).not.toContain('203.0.113.7')
  const taken = await call(world, ada, `PATCH /v1/admin/users/${eve.id}`, { email: ada.email, name: 'Nobody' })
  expect(taken).toMatchObject({ status: 409, body: { code: 'email_taken' } })
  // Nothing of it happened.
  expect((await call(world, ada, `GET /v1/admin/users/${eve.id}`)).body).toMatchObject({ name: 'Eve' })
  const vouched = { email: 'evi@example.com', emailVerified: true }
  expect((await call(world, ada, `PATCH /v1/admin/users/${eve.id}`, vouched)).body).toMatchObject(vouched)
  expect((await call(world, ada, `PATCH /v1/admin/users/${eve.id}`, { emailVerified: false })).body).toMatchObject({
    email: 'evi@example.com',
    emailVerified: false,
  })
})
