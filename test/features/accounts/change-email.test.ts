import { expect, test } from 'bun:test'
import { emailTokens } from '#db/schema/accounts'
import { openWorld } from '../../platform'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { askForEmailChange, ban, mailedBy, mailedTemplates, mailOf } from './mailed'

const newEmail = 'countess@example.org'

test('the new address gets the link, the old one a notice that names it, and nothing has changed', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  world.outbox.length = 0
  expect(await askForEmailChange(world, token, ' Countess@Example.ORG')).toMatchObject({ status: 202, text: '' })
  expect(mailedTemplates(world).toSorted()).toEqual([
    `confirm-email → ${newEmail}`,
    `email-change-requested → ${ada.email}`,
  ])
  const mailed = mailedBy(world, 'confirm-email')
  expect(mailOf(world, 'confirm-email').data).toMatchObject({
    link: `https://id.example.com/confirm-email#token=${mailed.token}`,
    name: ada.name,
    newEmail,
    hours: '24',
  })
  expect(mailOf(world, 'email-change-requested').text).toContain(newEmail)
  expect(mailOf(world, 'email-change-requested').data).not.toHaveProperty('token')
  expect(await world.send('GET /v1/me', { token })).toMatchObject({ body: { email: ada.email } })
})

test('the address that the account has is refused as that, in any spelling, and nobody is mailed', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  world.outbox.length = 0
  expect(await askForEmailChange(world, accessToken, ' ADA@example.com')).toMatchObject({
    status: 422,
    body: { code: 'invalid_request', errors: [{ pointer: '/newEmail', code: 'email_unchanged' }] },
  })
  expect(world.outbox).toEqual([])
})

test('an address that somebody has gets a mail that says so, and the asker’s answer is that for a free one', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await registerAndLogIn(world, grace)
  world.outbox.length = 0
  const statements = world.statements.length
  const taken = await world.send('POST /v1/me/email/change', { token: accessToken, json: { newEmail: grace.email } })
  const cost = world.statements.length - statements
  await world.settle()
  expect(mailedTemplates(world).toSorted()).toEqual([
    `already-registered → ${grace.email}`,
    `email-change-requested → ${ada.email}`,
  ])
  expect(mailOf(world, 'already-registered').text).not.toContain(ada.name)
  expect(await world.db.select({ purpose: emailTokens.purpose }).from(emailTokens)).not.toContainEqual({
    purpose: 'change-email',
  })
  const before = world.statements.length
  const free = await world.send('POST /v1/me/email/change', { token: accessToken, json: { newEmail } })
  expect(world.statements.length - before).toBe(cost)
  expect({ ...free, headers: null }).toEqual({ ...taken, headers: null })
  expect([...free.headers.keys()]).toEqual([...taken.headers.keys()])
})

test('a new request voids the link of the one before', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await askForEmailChange(world, accessToken, newEmail)
  await askForEmailChange(world, accessToken, 'other@example.org')
  const rows = await world.db.select({ purpose: emailTokens.purpose, email: emailTokens.email }).from(emailTokens)
  expect(rows.filter(({ purpose }) => purpose === 'change-email')).toEqual([
    { purpose: 'change-email', email: 'other@example.org' },
  ])
})

test('only somebody who is logged in may ask, while their session lives', async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  world.outbox.length = 0
  expect((await world.send('POST /v1/me/email/change', { json: { newEmail } })).status).toBe(401)
  await world.send('POST /v1/auth/logout', { token: accessToken })
  expect(await askForEmailChange(world, accessToken, newEmail)).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
  expect(world.outbox).toEqual([])
})

test('no link is mailed when the session that asked is over, or its owner banned, before the job is worked', async () => {
  for (const end of ['log-out', 'ban']) {
    const world = await openWorld()
    await registerAndLogIn(world)
    const { accessToken: token } = await logIn(world)
    world.outbox.length = 0
    await world.send('POST /v1/me/email/change', { token, json: { newEmail } })
    await (end === 'ban' ? ban(world) : world.send('POST /v1/auth/logout', { token }))
    await world.settle()
    expect(mailedTemplates(world)).not.toContain(`confirm-email → ${newEmail}`)
  }
})

test('an account is asked for a change three times a quarter of an hour', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on' })
  const { accessToken } = await registerAndLogIn(world)
  for (const name of ['one', 'two', 'three'])
    expect((await askForEmailChange(world, accessToken, `${name}@example.org`)).status).toBe(202)
  expect(await askForEmailChange(world, accessToken, 'four@example.org')).toMatchObject({
    status: 429,
    body: { retryAfterSeconds: 900 },
  })
})
