import type { MailProvider } from './mail-providers'
import { type MailRoute, mailRouteNames, mailRoutes, newAddresses } from './mailed-links'
import {
  expireActiveJobs,
  insertPeople,
  listUnfinishedMail,
  untilMailIsDone,
  untilNobodyIsConnected,
  waitUntil,
} from './queue-rows'
import type { RealDatabase } from './real-postgres'
import { startServer } from './server-process'

/** Where the way of a mail is cut: by how the provider is meanwhile, and what is waited for. */
export const killMoments = [
  /** Right after the last answer: some jobs are not fetched yet, others half done. */
  'after the answer',
  /** The request is out, and the provider has taken nothing. */
  'hanging',
  /** The provider took the mail, and is not done with it. */
  'taking a second',
  /** The provider took the mail, and what it says of it never arrives whole. */
  'breaking off in its answer',
  /** The provider took the mail and hung up: the next try is queued, or about to be. */
  'hanging up after it took the mail',
] as const

export type KillMoment = (typeof killMoments)[number]

export interface Killed {
  /** Who should have a mail. */
  people: string[]
  /** How many of the mails were not done with when the process died. */
  unfinished: number
}

const peoplePerRoute = 2

const ask = async (url: string, database: RealDatabase, route: MailRoute): Promise<string[]> => {
  const people = newAddresses(peoplePerRoute)
  if (route !== 'register') await insertPeople(database.sql, people)
  const answers = await Promise.all(people.map((email) => mailRoutes[route](url, email)))
  const refused = answers.find(({ ok }) => !ok)
  if (refused) throw new Error(`${route} was answered ${refused.status}: ${await refused.text()}`)
  return people
}

/**
 * Starts a server, asks for mails, and kills it with SIGKILL once all are answered and the way of one is at `moment`. The
 * time of the jobs that it held runs out at once, unless `waits`.
 */
export const killDuringMails = async (
  provider: MailProvider,
  database: RealDatabase,
  moment: KillMoment,
  { waits } = { waits: false },
): Promise<Killed> => {
  await using server = await startServer({ DATABASE_URL: database.url, ...provider.settings })
  // What the kill before left is done with first, so that this one has mails of its own.
  await untilMailIsDone(database.sql, 20)
  const before = provider.arrivals()
  if (moment !== 'after the answer') await provider.fail(moment)
  const people = await Promise.all(mailRouteNames.map((route) => ask(server.url, database, route)))
  if (moment !== 'after the answer') await waitUntil(() => provider.arrivals() > before, 15)
  await server.stop('SIGKILL')
  await provider.recover()
  await untilNobodyIsConnected(database.sql)
  const { length: unfinished } = await listUnfinishedMail(database.sql)
  if (!waits) await expireActiveJobs(database.sql)
  return { people: people.flat(), unfinished }
}
