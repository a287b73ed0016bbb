import { expect, test } from 'bun:test'
import { emailTokens } from '#db/schema/accounts'
import { users } from '#db/schema/profiles'
import { openWorld, type World } from '../../platform'
import { ada, grace, registerAndLogIn } from '../people'
import { ban, mailedTemplates } from './mailed'

const newEmail = 'countess@example.org'

/** Somebody who is logged in, with nothing mailed that anybody remembers. */
const openLoggedInWorld = async () => {
  const world = await openWorld()
  const { accessToken } = await registerAndLogIn(world)
  await world.db.delete(emailTokens)
  world.outbox.length = 0
  return { world, accessToken }
}

/** Works the jobs; this happens when a job has looked at the account, just before its token is issued. */
const settleWhile = async (world: World, happen: () => Promise<unknown>): Promise<void> => {
  const run: World['db']['run'] = async (text, values, rows) => {
    if (text.includes('into email_token')) await happen()
    return world.db.run(text, values, rows)
  }
  await world.startAnother({}, { db: { ...world.db, run } }).settle()
}

/** What came of it: tokens, mails that bring one, and jobs that ended otherwise than done. */
const outcomeOf = async (world: World) => ({
  tokens: (await world.db.select().from(emailTokens)).length,
  mails: mailedTemplates(world).filter((mail) => !mail.startsWith('email-change-requested')),
  failures: world.logs.filter(({ message, state }) => message === 'job' && state !== 'completed'),
})

const nothing = { tokens: 0, mails: [], failures: [] }

type Kind = 'a verification' | 'a reset' | 'a log-in' | 'a new address'

const asks: Record<Kind, (world: World, token: string) => Promise<unknown>> = {
  'a verification': (world: World) => world.send('POST /v1/auth/email/verify/resend', { json: { email: ada.email } }),
  'a reset': (world: World) => world.send('POST /v1/auth/password/forgot', { json: { email: ada.email } }),
  'a log-in': (world: World) => world.send('POST /v1/auth/email-link', { json: { email: ada.email } }),
  'a new address': (world: World, token: string) =>
    world.send('POST /v1/me/email/change', { token, json: { newEmail } }),
}

for (const [what, ask] of Object.entries(asks)) {
  test(`${what} issues a token where nothing happens meanwhile`, async () => {
    const { world, accessToken } = await openLoggedInWorld()
    await ask(world, accessToken)
    await settleWhile(world, async () => {})
    expect(await outcomeOf(world)).toMatchObject({ tokens: 1, mails: [expect.any(String)], failures: [] })
  })

  test(`no token for ${what} is issued to an account that is banned meanwhile`, async () => {
    const { world, accessToken } = await openLoggedInWorld()
    await ask(world, accessToken)
    await settleWhile(world, () => ban(world))
    expect(await outcomeOf(world)).toEqual(nothing)
  })
}

for (const what of ['a verification', 'a reset', 'a log-in'] as const) {
  test(`no token for ${what} is issued to an address that is the account’s no more`, async () => {
    const { world, accessToken } = await openLoggedInWorld()
    await asks[what](world, accessToken)
    await settleWhile(world, () => world.db.update(users).set({ email: 'moved@example.com' }))
    expect(await outcomeOf(world)).toEqual(nothing)
  })
}

test('no verification is mailed to an address that is proved meanwhile', async () => {
  const { world, accessToken } = await openLoggedInWorld()
  await asks['a verification'](world, accessToken)
  await settleWhile(world, () => world.db.update(users).set({ emailVerifiedAt: world.clock.now() }))
  expect(await outcomeOf(world)).toEqual(nothing)
})

test('no link is mailed to a new address that somebody takes meanwhile', async () => {
  const { world, accessToken } = await openLoggedInWorld()
  await asks['a new address'](world, accessToken)
  await settleWhile(world, async () => {
    const at = world.clock.now()
    const person = { id: world.platform.ids.next(), email: newEmail, name: grace.name, createdAt: at, updatedAt: at }
    await world.db.insert(users).values(person).onConflictDoNothing()
  })
  expect(await outcomeOf(world)).toEqual(nothing)
})
