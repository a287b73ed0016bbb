import { expect, test } from 'bun:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as z from 'zod'
import { type Account, get, logIn, post, registerAccount, Tokens } from '../runtimes/account'
import { openRealDatabase } from '../runtimes/real-postgres'
import { runCommand, startServer } from '../runtimes/server-process'
import { createCachingVerifier } from './caching-verifier'
import { openSteppedClock } from './stepped-clock'

const rotations = 5
const people = 12
const services = 8
/** The clock runs this fast: five seconds every tenth of one. */
const stepSeconds = 5
const stepMs = 100
/** A token that ends sooner is not shown: the clock may jump while it is on its way. */
const leastLeftSeconds = 60

const Rotation = z.object({ keyId: z.string(), signsFrom: z.coerce.date() })
const KeySet = z.object({ keys: z.array(z.object({ kid: z.string() })) })

const pick = <Item>(items: Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new Error('There is nothing to pick from.')
  return item
}

test('signing keys rotate five times under constant load, and no service with a cached key set refuses a token', async () => {
  const clock = openSteppedClock()
  await using database = await openRealDatabase()
  const settings = { ...clock.settings, DATABASE_URL: database.url, WORK_JOBS: 'off' }
  await using one = await startServer(settings)
  await using other = await startServer(settings)
  const servers = [one.url, other.url]

  const verifiers = Array.from({ length: services }, (_, index) =>
    createCachingVerifier(clock.now, () => get(servers[index % 2] ?? one.url, '/.well-known/jwks.json')),
  )
  const tokens: string[] = []
  const signers = new Set<string>()
  const counts = { logIns: 0, refreshes: 0, refusedByUs: 0, requests: 0 }
  let isRunning = true

  const keep = async (token: string) => {
    tokens.push(token)
    signers.add(decodeProtectedHeader(token).kid ?? '')
    await Promise.all(verifiers.map(({ verify }) => verify(token)))
  }

  /** Logs in and refreshes without a pause, at either server. */
  const live = async (person: Account): Promise<void> => {
    let { refreshToken } = person
    while (isRunning) {
      if (Math.random() < 0.2) {
        const opened = await logIn(pick(servers), person.email)
        counts.logIns += 1
        refreshToken = opened.refreshToken
        await keep(opened.accessToken)
      } else {
        const response = await post(pick(servers), '/auth/refresh', { refreshToken })
        const refreshed = Tokens.parse(await response.json())
        counts.refreshes += 1
        refreshToken = refreshed.refreshToken
        await keep(refreshed.accessToken)
      }
      await Bun.sleep(100)
    }
  }

  /** Shows tokens of every age to everybody, ours and the others, until they end. */
  const show = async (): Promise<void> => {
    while (isRunning) {
      const end = clock.now().getTime() / 1000 + leastLeftSeconds
      const alive = tokens.filter((token) => Number(decodeJwt(token).exp) > end)
      tokens.splice(0, tokens.length, ...alive)
      if (alive.length > 0) {
        const token = pick(alive)
        await Promise.all(verifiers.map(({ verify }) => verify(token)))
        const { status } = await get(pick(servers), '/v1/me', token)
        counts.requests += 1
        if (status !== 200) counts.refusedByUs += 1
      }
      await Bun.sleep(5)
    }
  }

  const run = async () => {
    while (isRunning) {
      await Bun.sleep(stepMs)
      clock.advance(stepSeconds)
    }
  }

  const until = async (instant: Date) => {
    while (clock.now() < instant) await Bun.sleep(stepMs)
  }

  const startedAt = clock.now()
  const crowd = await Promise.all(
    Array.from({ length: people }, (_, index) => registerAccount(servers[index % 2] ?? one.url)),
  )
  const load = Promise.all([...crowd.map(live), show(), show(), run()])
  const made: string[] = []
  for (let rotation = 0; rotation < rotations; rotation += 1) {
    const { exitCode, output, errors } = await runCommand(settings, 'keys', 'rotate', '--json')
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' })
    const { keyId, signsFrom } = Rotation.parse(JSON.parse(output))
    made.push(keyId)
    await until(new Date(signsFrom.getTime() + leastLeftSeconds * 1000))
    expect(signers.has(keyId)).toBe(true)
  }
  await until(new Date(clock.now().getTime() + 1_250_000))
  isRunning = false
  await load

  const failures = verifiers.flatMap((verifier) => verifier.failures)
  const sum = (name: 'verified' | 'fetched') => verifiers.reduce((total, verifier) => total + verifier.counts[name], 0)
  const minutes = Math.round((clock.now().getTime() - startedAt.getTime()) / 60_000)
  console.log(
    `${rotations} rotations in ${minutes} minutes of the clock: ${counts.logIns} log-ins, ${counts.refreshes} refreshes; ` +
      `${sum('verified')} verifications by ${services} services, which fetched the key set ${sum('fetched')} times, ${failures.length} failed; ` +
      `${counts.requests} requests to us, ${counts.refusedByUs} refused.`,
  )
  expect(failures.slice(0, 5)).toEqual([])
  expect(counts.refusedByUs).toBe(0)
  expect(signers.size).toBe(rotations + 1)
  expect(sum('verified')).toBeGreaterThan(10_000)
  for (const url of servers) {
    const { keys } = KeySet.parse(await (await get(url, '/.well-known/jwks.json')).json())
    expect(keys.map(({ kid }) => kid)).toEqual([String(made.at(-1))])
  }
}, 600_000)
