import { expect, test } from 'bun:test'
import { codeAttempts, emailTokens } from '#db/schema/accounts'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { ada, registerAndLogIn } from '../people'
import { askForLogIn, logInByCode, logInByLink, mailedBy, wrongCode } from './mailed'

const nobody = 'nobody@example.com'

const openAskedWorld = async (settings = {}) => {
  const world = await openWorld(settings)
  await registerAndLogIn(world)
  await askForLogIn(world)
  return { world, ...mailedBy(world, 'log-in') }
}

const spend = async (world: World, tries: number, code: string, email?: string) => {
  for (let count = 0; count < tries; count += 1) {
    expect(await logInByCode(world, code, email)).toMatchObject({ status: 400, body: { code: 'invalid_email_code' } })
  }
}

const tooMany = { status: 429, body: { code: 'rate_limited' } }

test('ten codes may be tried in ten minutes; the eleventh is not looked at, though it be right', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 10, wrongCode(code))
  const answer = await logInByCode(world, code)
  expect(answer).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterSeconds: 600 } })
  expect(answer.headers.get('retry-after')).toBe('600')
  expect(await world.db.select({ consumedAt: emailTokens.consumedAt }).from(emailTokens)).toEqual([
    { consumedAt: null },
    { consumedAt: null },
  ])
})

test('the tenth try counts', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 9, wrongCode(code))
  expect((await logInByCode(world, code)).status).toBe(200)
  expect(await logInByCode(world, code)).toMatchObject(tooMany)
})

test('an unknown address is counted as a known one, with the same answers', async () => {
  const { world, code } = await openAskedWorld()
  for (let tries = 0; tries < 12; tries += 1) {
    const [known, unknown] = [await logInByCode(world, wrongCode(code)), await logInByCode(world, code, nobody)]
    expect(problemOf(unknown)).toEqual(problemOf(known))
  }
  expect((await world.db.select({ count: codeAttempts.count }).from(codeAttempts)).map(({ count }) => count)).toEqual([
    12, 12,
  ])
})

test('the count begins anew ten minutes after the first try, however many came after it', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 1, wrongCode(code))
  world.advance(500)
  await spend(world, 9, wrongCode(code))
  expect(await logInByCode(world, code)).toMatchObject({ status: 429, body: { retryAfterSeconds: 100 } })
  world.advance(99)
  expect(await logInByCode(world, code)).toMatchObject({ status: 429, body: { retryAfterSeconds: 1 } })
  world.advance(1)
  expect((await logInByCode(world, code)).status).toBe(200)
  expect(await world.db.select({ count: codeAttempts.count, since: codeAttempts.since }).from(codeAttempts)).toEqual([
    { count: 1, since: world.clock.now() },
  ])
})

test('a new mail gives no new tries', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 10, wrongCode(code))
  await askForLogIn(world)
  expect(await logInByCode(world, mailedBy(world, 'log-in').code)).toMatchObject(tooMany)
})

test('tries for one address are not counted for another, and a link costs none', async () => {
  const { world, code, token } = await openAskedWorld()
  await spend(world, 10, wrongCode(code), nobody)
  expect(await logInByCode(world, code, nobody)).toMatchObject(tooMany)
  await spend(world, 10, wrongCode(code))
  expect((await logInByLink(world, token)).status).toBe(200)
})

test('of fifteen wrong tries at once ten are looked at', async () => {
  const { world, code } = await openAskedWorld()
  const answers = await Promise.all(Array.from({ length: 15 }, () => logInByCode(world, wrongCode(code))))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(10).fill(400), ...Array(5).fill(429)])
})

test('neither the address nor the code can be read in the database', async () => {
  const { world, code } = await openAskedWorld()
  await spend(world, 1, wrongCode(code))
  const [attempt] = await world.db.select().from(codeAttempts)
  expect(attempt?.addressHash).toMatch(/^[0-9a-f]{64}$/)
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
  await spend(world, 10, wrongCode(code))
  expect(await logInByCode(world.startAnother(rotated), code)).toMatchObject(tooMany)
})
