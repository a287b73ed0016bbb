import { expect, test } from 'bun:test'
import { hashToken } from '#core/secrets'
import { emailTokens } from '#db/schema/accounts'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { ada, grace, logIn, mailedToken, registerAndLogIn, registerOnly } from '../people'

const refused = { status: 400, body: { code: 'invalid_email_token' } }
const active = {
  status: 200,
  body: { activation: { isFullyActivated: true, canLogin: true, pendingTasks: [], message: expect.any(String) } },
}

const verify = (world: World, verificationToken: string, accessToken?: string) =>
  world.send('POST /v1/auth/email/verify', {
    json: { token: verificationToken },
    ...(accessToken !== undefined && { token: accessToken }),
  })

const resend = async (world: World, email = ada.email) => {
  await world.send('POST /v1/auth/email/verify/resend', { json: { email } })
  await world.settle()
}

test('a mailed token proves its address, which opens the log-in', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  const early = await world.send('POST /v1/auth/login', { json: { email: ada.email, password: ada.password } })
  expect(early).toMatchObject({ status: 403, body: { code: 'email_unverified', activation: { canLogin: false } } })
  expect(await verify(world, mailedToken(world))).toMatchObject(active)
  expect((await logIn(world)).user).toMatchObject({ email: ada.email, emailVerified: true })
})

test('a token works for 24 hours, and not at the end of them', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world, ada)
  const inTime = mailedToken(world)
  await registerOnly(world, grace)
  const late = mailedToken(world)
  world.advance(24 * 3600 - 1)
  expect((await verify(world, inTime)).status).toBe(200)
  world.advance(1)
  expect(await verify(world, late)).toMatchObject(refused)
})

test('a token works once', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  expect((await verify(world, mailedToken(world))).status).toBe(200)
  expect(await verify(world, mailedToken(world))).toMatchObject(refused)
})

test('of sixteen that bring one token at once, one is served', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const answers = await Promise.all(Array.from({ length: 16 }, () => verify(world, mailedToken(world))))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(15).fill(400)])
})

test('a new token voids the one before, and renews the 24 hours', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const old = mailedToken(world)
  world.advance(20 * 3600)
  await resend(world)
  expect(mailedToken(world)).not.toBe(old)
  world.advance(20 * 3600)
  expect(await verify(world, old)).toMatchObject(refused)
  expect((await verify(world, mailedToken(world))).status).toBe(200)
})

test('a token of one person leaves the token of another alone', async () => {
  const world = await openWorld()
  await registerAndLogIn(world, ada)
  const first = mailedToken(world)
  await registerAndLogIn(world, grace)
  await resend(world, grace.email)
  expect((await verify(world, first)).status).toBe(200)
})

test('a token has 256 random bits and is kept as its SHA-256 only', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const token = mailedToken(world)
  expect(token).toMatch(/^[\w-]{43}$/)
  const rows = await world.db.select().from(emailTokens)
  expect(rows).toMatchObject([{ tokenHash: await hashToken(token), email: ada.email, purpose: 'verify-email' }])
  expect(JSON.stringify(rows)).not.toContain(token)
})

test('the first proof ends the sessions from before it, but the one that brings the token', async () => {
  const world = await openWorld()
  const planted = await registerAndLogIn(world)
  const presenting = await logIn(world)
  expect((await verify(world, mailedToken(world), presenting.accessToken)).status).toBe(200)
  expect(await world.send('GET /v1/me', { token: planted.accessToken })).toMatchObject({
    status: 401,
    body: { code: 'session_revoked' },
  })
  const json = { refreshToken: planted.refreshToken }
  expect((await world.send('POST /v1/auth/refresh', { json })).status).toBe(401)
  expect(await world.send('GET /v1/me', { token: presenting.accessToken })).toMatchObject({
    status: 200,
    body: { emailVerified: true },
  })
})

test('a proof from a browser that is logged in to another account spares no session of the proved one', async () => {
  const world = await openWorld()
  const planted = await registerAndLogIn(world, ada)
  const token = mailedToken(world)
  const stranger = await registerAndLogIn(world, grace)
  expect((await verify(world, token, stranger.accessToken)).status).toBe(200)
  expect((await world.send('GET /v1/me', { token: planted.accessToken })).status).toBe(401)
  expect((await world.send('GET /v1/me', { token: stranger.accessToken })).status).toBe(200)
})

test('an address that is proved gets no new token, and a resend changes nothing', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await verify(world, mailedToken(world))
  const mails = world.outbox.length
  expect(await eventsOf(world, () => resend(world))).toEqual([])
  expect(world.outbox).toHaveLength(mails)
})

test('a token that was never issued is refused, and nothing is recorded', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const [row] = await world.db.select().from(emailTokens)
  const events = await eventsOf(world, async () => {
    for (const token of ['A'.repeat(43), String(row?.tokenHash), String(row?.id), '%']) {
      expect(await verify(world, token)).toMatchObject(refused)
    }
  })
  expect(events).toEqual([])
})

test('the link leads to a page, which no server makes: only the token that it posts changes something', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const link = new URL(String(world.outbox.at(-1)?.data.link))
  expect(link.href).toStartWith('https://id.example.com/verify-email#token=')
  expect((await verify(world, mailedToken(world))).status).toBe(200)
})
