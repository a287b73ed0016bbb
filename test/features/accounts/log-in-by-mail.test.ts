import { expect, test } from 'bun:test'
import { passwords } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, grace, registerAndLogIn, registerOnly } from '../people'
import {
  askForLogIn,
  ban,
  isLive,
  logInByCode,
  logInByLink,
  logInWith,
  mailedBy,
  mailedTemplates,
  mailOf,
  tokensOf,
  verifyEmail,
  wrongCode,
} from './mailed'

const refusedLink = { status: 400, body: { code: 'invalid_email_token' } }
const refusedCode = { status: 400, body: { code: 'invalid_email_code' } }

/** Somebody with a proved address who asked to be logged in. */
const openAskedWorld = async (settings = {}) => {
  const world = await openWorld(settings)
  const session = await registerAndLogIn(world)
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  await askForLogIn(world)
  return { world, session, ...mailedBy(world, 'log-in') }
}

test('the mail brings a link and six digits, and says how long they work', async () => {
  const { world, token, code } = await openAskedWorld()
  const mail = mailOf(world, 'log-in')
  expect(mail.to).toBe(ada.email)
  expect(mail.data).toMatchObject({ link: `https://id.example.com/log-in#token=${token}`, minutes: '15' })
  expect(code).toMatch(/^\d{6}$/)
  expect(mail.text).toContain(code)
})

for (const way of ['link', 'code'] as const) {
  const use = (world: World, { token, code }: { token: string; code: string }) =>
    way === 'link' ? logInByLink(world, token) : logInByCode(world, code)
  const refused = way === 'link' ? refusedLink : refusedCode

  test(`the ${way} opens a session of its own kind, once, and uses up the other way`, async () => {
    const { world, session, ...mailed } = await openAskedWorld()
    const answer = await use(world, mailed)
    expect(answer).toMatchObject({ status: 200, body: { user: { id: session.user.id, email: ada.email } } })
    const { accessToken, sessionId } = tokensOf(answer)
    expect(sessionId).not.toBe(session.sessionId)
    expect(await world.send('GET /v1/sessions', { token: accessToken })).toMatchObject({
      body: { items: expect.arrayContaining([expect.objectContaining({ id: sessionId, amr: ['otp'], acr: 'aal1' })]) },
    })
    expect(await use(world, mailed)).toMatchObject(refused)
    expect(await logInByLink(world, mailed.token)).toMatchObject(refusedLink)
    expect(await logInByCode(world, mailed.code)).toMatchObject(refusedCode)
  })

  test(`the ${way} works for 15 minutes, and not at their end`, async () => {
    const { world, ...mailed } = await openAskedWorld()
    world.advance(900)
    expect(await use(world, mailed)).toMatchObject(refused)
    await askForLogIn(world)
    world.advance(899)
    expect((await use(world, mailedBy(world, 'log-in'))).status).toBe(200)
  })

  test(`a new mail voids the ${way} of the one before`, async () => {
    const { world, ...old } = await openAskedWorld()
    await askForLogIn(world)
    expect(await use(world, old)).toMatchObject(refused)
    expect((await use(world, mailedBy(world, 'log-in'))).status).toBe(200)
  })

  test(`the ${way} leaves the password and the sessions of a proved address alone`, async () => {
    const { world, session, ...mailed } = await openAskedWorld()
    const before = await world.db.select().from(users)
    // The proof ended the session from before it.
    const kept = tokensOf(await logInWith(world, ada.password))
    await use(world, mailed)
    expect(await isLive(world, kept)).toBe(true)
    expect((await logInWith(world, ada.password)).status).toBe(200)
    expect(await world.db.select().from(users)).toEqual(before)
  })

  test(`the first proof by a ${way} drops the password and the sessions from before it`, async () => {
    const world = await openWorld()
    const planted = await registerAndLogIn(world)
    const stranger = await registerAndLogIn(world, grace)
    await askForLogIn(world)
    const answer = await use(world, mailedBy(world, 'log-in'))
    expect(answer).toMatchObject({ status: 200, body: { user: { emailVerified: true } } })
    expect([await isLive(world, planted), await isLive(world, tokensOf(answer))]).toEqual([false, true])
    expect((await logInWith(world, ada.password)).status).toBe(401)
    expect(await world.db.select({ userId: passwords.userId }).from(passwords)).toEqual([{ userId: stranger.user.id }])
    expect(await isLive(world, stranger)).toBe(true)
  })

  test(`the ${way} of a banned account is worth nothing, and no other is mailed`, async () => {
    const { world, session, ...mailed } = await openAskedWorld()
    await ban(world)
    world.outbox.length = 0
    expect(await use(world, mailed)).toMatchObject(refused)
    expect(await eventsOf(world, () => askForLogIn(world))).toEqual([])
    expect(world.outbox).toEqual([])
  })

  test(`of sixteen that bring one ${way} at once, one is served`, async () => {
    const { world, ...mailed } = await openAskedWorld()
    const answers = await Promise.all(Array.from({ length: 16 }, () => use(world, mailed)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(15)
  })

  test(`the ${way} works where addresses must be proved first, and proves it`, async () => {
    const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
    await registerOnly(world)
    await askForLogIn(world)
    expect((await use(world, mailedBy(world, 'log-in'))).status).toBe(200)
    expect(await world.db.select({ at: users.emailVerifiedAt }).from(users)).toEqual([{ at: world.clock.now() }])
  })
}

test('an unknown address gets no mail, and the same answer', async () => {
  const { world } = await openAskedWorld()
  world.outbox.length = 0
  const [known, unknown] = [await askForLogIn(world), await askForLogIn(world, 'nobody@example.com')]
  expect({ ...unknown, headers: null }).toEqual({ ...known, headers: null })
  expect(mailedTemplates(world)).toEqual([`log-in → ${ada.email}`])
})

test('a code is its address’s: another account’s, and one that is unknown, are refused alike', async () => {
  const { world, code } = await openAskedWorld()
  await registerAndLogIn(world, grace)
  await askForLogIn(world, grace.email)
  const others = mailedBy(world, 'log-in').code
  expect(others).not.toBe(code)
  const answers = [
    await logInByCode(world, code, grace.email),
    await logInByCode(world, others, ada.email),
    await logInByCode(world, code, 'nobody@example.com'),
    await logInByCode(world, wrongCode(code)),
  ]
  expect(new Set(answers.map((answer) => JSON.stringify(problemOf(answer)))).size).toBe(1)
  expect(answers[0]).toMatchObject(refusedCode)
  expect((await logInByCode(world, others, grace.email)).status).toBe(200)
  expect((await logInByCode(world, code, ' ADA@Example.com')).status).toBe(200)
})

test('an account without a code has none that fits, not even the empty one', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  expect(await logInByCode(world, '000000')).toMatchObject(refusedCode)
  for (const code of ['', '12345', '1234567', '12345a', '１２３４５６', ' 123456']) {
    expect((await logInByCode(world, code)).status).toBe(422)
  }
})
