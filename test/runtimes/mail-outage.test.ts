import { afterAll, beforeAll, expect, test } from 'bun:test'
import { median } from '../proofs/mann-whitney'
import { type MailProvider, type Outage, openResend, openSmtp } from './mail-providers'
import { mailRouteNames, mailRoutes, newAddresses, useLink } from './mailed-links'
import { countDeadLetters, endWaits, insertPeople, listUnfinishedMail, untilMailIsDone, waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, startServer } from './server-process'

const requestsOfEach = 6
/** Far more than the outage of somebody else may cost an answer, and far less than a wait for it. */
const mostTimes = 3
const slackMs = 50

interface Asked {
  addresses: string[]
  /** By route: what it answered, and the median of its times. */
  answers: Record<string, string[]>
  milliseconds: Record<string, number>
}

interface World {
  provider: MailProvider
  database: RealDatabase
  server: ServerProcess
  /** How it was while the provider worked. */
  healthy: Asked
}

/** Asks each route for mails to people of its own, one request after another. */
const askForMails = async (server: ServerProcess, { sql }: RealDatabase): Promise<Asked> => {
  const asked: Asked = { addresses: [], answers: {}, milliseconds: {} }
  for (const route of mailRouteNames) {
    const people = newAddresses(requestsOfEach)
    if (route !== 'register') await insertPeople(sql, people)
    const times: number[] = []
    const answers: string[] = []
    for (const email of people) {
      const startedAt = performance.now()
      const response = await mailRoutes[route](server.url, email)
      answers.push(`${response.status} ${await response.text()}`)
      times.push(performance.now() - startedAt)
    }
    asked.addresses.push(...people)
    asked.answers[route] = answers
    asked.milliseconds[route] = median(times)
  }
  return asked
}

/** Waits until each address has its one mail and no other, and uses the link in it. */
const expectMails = async ({ provider, server, database: { sql } }: Omit<World, 'healthy'>, to: string[]) => {
  await untilMailIsDone(sql, 20)
  const deliveries = provider.deliveries().filter((delivery) => to.includes(delivery.to))
  expect(deliveries.map((delivery) => delivery.to).toSorted()).toEqual(to.toSorted())
  for (const { text } of deliveries) await useLink(server.url, text)
  // The links cause mails too: was this you?
  await untilMailIsDone(sql, 20)
  expect(await countDeadLetters(sql)).toBe(0)
  return deliveries
}

/** Waits until every mail is at its third try, and no further. */
const untilTriedAgain = ({ sql }: RealDatabase) =>
  waitUntil(async () => {
    await endWaits(sql, 2)
    return (await listUnfinishedMail(sql)).every(({ retryCount }) => retryCount >= 2)
  }, 20)

const expectAsAlways = (asked: Asked, healthy: Asked) => {
  expect(asked.answers).toEqual(healthy.answers)
  for (const route of mailRouteNames) {
    const usual = healthy.milliseconds[route] ?? Number.NaN
    expect(asked.milliseconds[route], `ms for ${route}, usually ${usual}`).toBeLessThan(mostTimes * usual + slackMs)
  }
}

const resources = new AsyncDisposableStack()
const worlds: Record<string, World> = {}

const openWorld = async (name: string, open: () => Promise<MailProvider>) => {
  const provider = resources.use(await open())
  const database = resources.use(await openRealDatabase())
  const server = resources.use(await startServer({ DATABASE_URL: database.url, ...provider.settings }))
  await askForMails(server, database)
  const healthy = await askForMails(server, database)
  await expectMails({ provider, server, database }, healthy.addresses)
  worlds[name] = { provider, database, server, healthy }
}

const worldOf = (name: string): World => {
  const world = worlds[name]
  if (!world) throw new Error(`There is no world of ${name}.`)
  return world
}

beforeAll(async () => {
  await openWorld('Resend', openResend)
  await openWorld('SMTP', openSmtp)
}, 60_000)

afterAll(() => resources.disposeAsync())

const outages: Outage[] = [
  'dead',
  'hanging',
  'breaking off in its answer',
  'hanging up after it took the mail',
  'malformed',
  'answering 500',
  'answering 429',
]

/** SMTP has no way to ask whether a message was taken: its twin follows, under the same Message-ID. */
const repeats = (name: string, outage: Outage) =>
  name === 'SMTP' && ['breaking off in its answer', 'hanging up after it took the mail'].includes(outage)

for (const name of ['Resend', 'SMTP']) {
  for (const outage of outages) {
    test(`${name} is ${outage}: each answer is as always, and each mail arrives once when it is back`, async () => {
      const { provider, database, server, healthy } = worldOf(name)
      await provider.fail(outage)
      const asked = await askForMails(server, database)
      expectAsAlways(asked, healthy)
      expect(await listUnfinishedMail(database.sql)).toHaveLength(asked.addresses.length)
      if (outage === 'answering 500') await untilTriedAgain(database)
      await provider.recover()
      const deliveries = await expectMails(worldOf(name), asked.addresses)
      if (!repeats(name, outage)) expect(deliveries.filter(({ times }) => times > 1)).toEqual([])
    }, 30_000)
  }
}

test('a provider that takes 10 s holds up no answer either, and no mail comes twice because of that', async () => {
  const outcomes = Object.keys(worlds).map(async (name) => {
    const { provider, database, server, healthy } = worldOf(name)
    await provider.fail('taking ten seconds')
    const asked = await askForMails(server, database)
    expectAsAlways(asked, healthy)
    await provider.recover()
    const deliveries = await expectMails(worldOf(name), asked.addresses)
    expect(
      deliveries.filter(({ times }) => times > 1),
      name,
    ).toEqual([])
  })
  await Promise.all(outcomes)
}, 60_000)

test('a provider that says when to come back is left alone until then', async () => {
  const { provider, database, server } = worldOf('Resend')
  await provider.fail('answering 429')
  const [email = ''] = newAddresses(1)
  await insertPeople(database.sql, [email])
  const arrivals = provider.arrivals()
  await mailRoutes.forgot(server.url, email)
  await waitUntil(async () => (await listUnfinishedMail(database.sql))[0]?.state === 'retry', 15)
  expect(provider.arrivals()).toBe(arrivals + 1)
  const [job] = await listUnfinishedMail(database.sql)
  expect(job).toMatchObject({ name: 'send-reset-mail', reason: 'resend 429 rate_limit_exceeded' })
  expect(job?.waitSeconds).toBeGreaterThan(110)
  expect(job?.waitSeconds).toBeLessThan(125)
  await provider.recover()
  await expectMails(worldOf('Resend'), [email])
}, 30_000)
