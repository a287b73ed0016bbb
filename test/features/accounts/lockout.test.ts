import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { problemOf } from '../answers'
import { listEvents } from '../audit/events'
import { ada, registerAndLogIn, registerOnly } from '../people'
import { fail, failuresIn, isLocked, lockOut, openAdasWorld, tryLogIn, wrongGuess } from './lockouts'
import { isLive } from './mailed'

const nobody = 'nobody@example.com'

const eventsOfType = async (world: World, type: string) =>
  (await listEvents(world)).filter((event) => event.type === type).map(({ userId, data }) => ({ userId, data }))

test('four failures in a row lock nobody, the fifth does', async () => {
  const { world } = await openAdasWorld()
  await fail(world, 4)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  await fail(world, 5)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
})

test('in a lock only who knows the password hears of it, with the time it lasts; a guess is answered as ever', async () => {
  const { world } = await openAdasWorld()
  const before = await tryLogIn(world, wrongGuess)
  await fail(world, 4)
  world.advance(60)
  const [right, wrong] = [await tryLogIn(world, ada.password), await tryLogIn(world, wrongGuess)]
  expect(right).toMatchObject({ status: 423, body: { code: 'account_locked', retryAfterSeconds: 1740 } })
  expect(right.headers.get('retry-after')).toBe('1740')
  expect(right.headers.has('device-token')).toBe(false)
  expect([wrong.status, problemOf(wrong)]).toEqual([before.status, problemOf(before)])
})

test('a lock and what is refused by it are recorded, the lock once', async () => {
  const { world, session } = await openAdasWorld()
  const userId = session.user.id
  await fail(world, 7)
  await tryLogIn(world, ada.password)
  expect(await eventsOfType(world, 'account.locked')).toEqual([{ userId, data: { failures: 5 } }])
  const failed = await eventsOfType(world, 'login.failed')
  expect(failed.filter(({ data }) => data.reason === 'credentials')).toHaveLength(7)
  expect(failed.filter(({ data }) => data.reason === 'locked')).toEqual([{ userId, data: { reason: 'locked' } }])
})

test('a lock ends after half an hour, and everything begins anew', async () => {
  const { world } = await openAdasWorld()
  await lockOut(world)
  world.advance(1799)
  expect(await tryLogIn(world, ada.password)).toMatchObject({ status: 423, body: { retryAfterSeconds: 1 } })
  world.advance(1)
  await fail(world, 4)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
})

test('failures during a lock don’t make it longer', async () => {
  const { world } = await openAdasWorld()
  await lockOut(world)
  world.advance(1700)
  await fail(world, 15)
  expect(await tryLogIn(world, ada.password)).toMatchObject({ status: 423, body: { retryAfterSeconds: 100 } })
  world.advance(100)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
})

test('failures are forgotten half an hour after the first of them, and by a log-in', async () => {
  const { world } = await openAdasWorld()
  await fail(world, 1)
  world.advance(1799)
  await fail(world, 3)
  world.advance(1)
  await fail(world, 4)
  expect(await failuresIn(world)).toEqual({ account: 4 })
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  expect(await failuresIn(world)).toEqual({})
})

test('how many failures lock, for how long, and how long answers wait, are settings', async () => {
  const settings = { LOCKOUT_FAILURES: '2', LOCKOUT_SECONDS: '60', LOCKOUT_DELAY_MILLISECONDS: '0' }
  const { world } = await openAdasWorld(settings)
  await fail(world, 2)
  expect(await tryLogIn(world, ada.password)).toMatchObject({ status: 423, body: { retryAfterSeconds: 60 } })
  expect(world.waits).toEqual([])
  world.advance(60)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
})

test('where one failure locks, each that begins a lock locks anew', async () => {
  const { world } = await openAdasWorld({ LOCKOUT_FAILURES: '1' })
  for (let locks = 1; locks <= 2; locks += 1) {
    await fail(world, 2)
    expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
    expect(await eventsOfType(world, 'account.locked')).toHaveLength(locks)
    world.advance(1800)
  }
})

test('after five times as many failures as lock, a right password is told from a wrong one no more', async () => {
  const { world } = await openAdasWorld()
  await fail(world, 24)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
  await fail(world, 1)
  const [right, wrong] = [await tryLogIn(world, ada.password), await tryLogIn(world, wrongGuess)]
  expect([right.status, problemOf(right)]).toEqual([401, problemOf(wrong)])
  expect(await failuresIn(world)).toEqual({ account: 27 })
})

/** Everything that someone outside can see of a try, and what it makes us do. */
const observe = async (world: World, email: string) => {
  const before = { hashes: world.hashes.count, statements: world.statements.length, waits: world.waits.length }
  const answer = await tryLogIn(world, wrongGuess, email)
  return {
    status: answer.status,
    problem: problemOf(answer),
    headers: Object.fromEntries([...answer.headers].filter(([name]) => name !== 'x-request-id')),
    hashes: world.hashes.count - before.hashes,
    statements: world.statements.slice(before.statements),
    waits: world.waits.slice(before.waits),
  }
}

test('an unknown address is answered, counted and held back like a known one, before a lock and in it', async () => {
  const { world } = await openAdasWorld()
  for (let tries = 0; tries < 8; tries += 1) {
    expect(await observe(world, nobody)).toEqual(await observe(world, ada.email))
  }
  const rows = await world.db.run('select failures, locked_until from lockout', [], 'arrays')
  expect(rows).toHaveLength(2)
  expect(rows[0]).toEqual(rows[1])
})

test('an address is counted however it is written', async () => {
  const { world } = await openAdasWorld()
  for (const email of [ada.email, ' ADA@example.com', 'Ada@Example.COM', 'ada@EXAMPLE.com', ada.email.toUpperCase()]) {
    await fail(world, 1, email)
  }
  expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
})

test('the first failure is answered at once, each later one after twice the time, up to four seconds', async () => {
  const { world } = await openAdasWorld()
  await fail(world, 8)
  expect(world.waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000])
  await tryLogIn(world, ada.password)
  expect(world.waits).toHaveLength(7)
})

test('a lock is for log-ins: sessions go on', async () => {
  const { world, session } = await openAdasWorld()
  await lockOut(world)
  expect(await isLive(world, session)).toBe(true)
  const refreshed = await world.send('POST /v1/auth/refresh', { json: { refreshToken: session.refreshToken } })
  expect(refreshed.status).toBe(200)
})

test('a lock goes before the proof of the address: who knows the password hears of the lock first', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  await lockOut(world)
  expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
})

test('accounts don’t share a lock', async () => {
  const { world } = await openAdasWorld()
  await lockOut(world, nobody)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
  await registerAndLogIn(world, { email: nobody, password: ada.password, name: 'Nobody' })
  expect(await tryLogIn(world, ada.password, nobody)).toMatchObject(isLocked)
})
