import { expect, test } from 'bun:test'
import { emailTokens } from '#db/schema/accounts'
import { lockouts } from '#db/schema/sessions'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { ada, registerAndLogIn } from '../people'
import { askForLogIn, logInByCode, logInByLink, mailedBy, mailedTemplates, wrongCode } from './mailed'

const nobody = 'nobody@example.com'

const openAskedWorld = async (settings = {}) => {
  const world = await openWorld(settings)
  await registerAndLogIn(world)
  await askForLogIn(world)
  return { world, ...mailedBy(world, 'log-in') }
}

const refused = { status: 400, body: { code: 'invalid_email_code' } }
const tooMany = { status: 423, body: { code: 'account_locked' } }

const spend = async (world: World, tries: number, code: string, email?: string) => {
  for (let count = 0; count < tries; count += 1) expect(await logInByCode(world, code, email)).toMatchObject(refused)
}

const failuresIn = async (world: World) =>
  (await world.db.select({ failures: lockouts.failures }).from(lockouts)).map(({ failures }) => failures)

test('five codes may fail in a row; the sixth is not looked at, though it be right', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 5, wrongCode(code))
  const answer = await logInByCode(world, code)
  expect(answer).toMatchObject({ status: 423, body: { code: 'account_locked', retryAfterSeconds: 1800 } })
  expect(answer.headers.get('retry-after')).toBe('1800')
  expect(await world.db.select({ consumedAt: emailTokens.consumedAt }).from(emailTokens)).toEqual(
    Array(3).fill({ consumedAt: null }),
  )
})

test('the fifth try counts, and a right one forgets those before it', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 4, wrongCode(code))
  expect((await logInByCode(world, code)).status).toBe(200)
  expect(await failuresIn(world)).toEqual([])
  expect(mailedTemplates(world)).not.toContain(`account-locked → ${ada.email}`)
})

test('in a lock a right code, a wrong one and any for an unknown address can’t be told apart', async () => {
  const { world, code } = await openAskedWorld()
  for (let tries = 0; tries < 8; tries += 1) {
    const [known, unknown] = [await logInByCode(world, wrongCode(code)), await logInByCode(world, code, nobody)]
    expect(problemOf(unknown)).toEqual(problemOf(known))
    expect(known).toMatchObject(tries < 5 ? refused : tooMany)
  }
  const [right, wrong] = [await logInByCode(world, code), await logInByCode(world, wrongCode(code))]
  expect([problemOf(right), right.status]).toEqual([problemOf(wrong), 423])
})

test('the count begins anew half an hour after the first failure, however many came after it', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 1, wrongCode(code))
  world.advance(1799)
  await spend(world, 3, wrongCode(code))
  world.advance(1)
  await spend(world, 5, wrongCode(code))
  expect(await logInByCode(world, code)).toMatchObject(tooMany)
})

test('a new mail gives no new tries', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 5, wrongCode(code))
  await askForLogIn(world)
  expect(await logInByCode(world, mailedBy(world, 'log-in').code)).toMatchObject(tooMany)
})

test('tries for one address are not counted for another, and the link in the mail works in a lock', async () => {
  const { world, code, token } = await openAskedWorld()
  await spend(world, 5, wrongCode(code), nobody)
  expect(await logInByCode(world, code, nobody)).toMatchObject(tooMany)
  await spend(world, 5, wrongCode(code))
  expect((await logInByLink(world, token)).status).toBe(200)
  expect(await failuresIn(world)).toEqual([6])
})

test('of fifteen wrong tries at once five are looked at', async () => {
  const { world, code } = await openAskedWorld()
  const answers = await Promise.all(Array.from({ length: 15 }, () => logInByCode(world, wrongCode(code))))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(400), ...Array(10).fill(423)])
})

test('a code that was used is no guess while its mail is not over: it is refused as one, and not counted', async () => {
  const { world, code } = await openAskedWorld()
  expect((await logInByCode(world, code)).status).toBe(200)
  const wrong = problemOf(await logInByCode(world, wrongCode(code), nobody))
  for (let tries = 0; tries < 10; tries += 1) {
    const again = await logInByCode(world, code)
    expect([again.status, problemOf(again)]).toEqual([400, wrong])
  }
  expect(await failuresIn(world)).toEqual([1])
  world.advance(900)
  await spend(world, 5, code)
  expect(await logInByCode(world, code)).toMatchObject(tooMany)
})

test('a code that was used gives back none of the tries that failed, and its answer waits as long as another’s', async () => {
  const { world, code } = await openAskedWorld()
  await logInByCode(world, code)
  await spend(world, 3, wrongCode(code))
  world.waits.length = 0
  await spend(world, 1, code)
  await spend(world, 1, wrongCode(code))
  expect(world.waits).toEqual([1000, 1000])
  await spend(world, 1, wrongCode(code))
  expect(await logInByCode(world, wrongCode(code))).toMatchObject(tooMany)
  expect(await logInByCode(world, code)).toMatchObject(tooMany)
  expect(mailedTemplates(world).filter((mail) => mail.startsWith('account-locked'))).toHaveLength(1)
})

test('neither the address nor the code can be read in the database', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 1, wrongCode(code))
  const [attempt] = await world.db.select().from(lockouts)
  expect(attempt?.subject).toMatch(/^account:[0-9a-f]{64}$/)
  const [token] = (await world.db.select().from(emailTokens)).filter(({ purpose }) => purpose === 'log-in')
  expect(token?.codeHash).toMatch(/^[0-9a-f]{64}$/)
  const bare = new Bun.CryptoHasher('sha256')
  expect([token?.codeHash, token?.tokenHash]).not.toContain(bare.update(code).digest('hex'))
  expect(JSON.stringify(attempt)).not.toContain(ada.email)
})

const old = 'the secret that is about to be replaced'
const rotated = { SECRET: `the secret that takes its place from now,${old}` }

test('a code that was mailed under the old version of SECRET works under the new one', async () => {
  const { world, code } = await openAskedWorld({ SECRET: old })
  expect((await logInByCode(world.startAnother(rotated), code)).status).toBe(200)
})

test('a new version of SECRET gives no new tries', async () => {
  const { world, code } = await openAskedWorld({ SECRET: old })
  await spend(world, 5, wrongCode(code))
  expect(await logInByCode(world.startAnother(rotated), code)).toMatchObject(tooMany)
})
