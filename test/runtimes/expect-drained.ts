import { expect } from 'bun:test'
import type { Sql } from 'postgres'
import type { MailProvider } from './mail-providers'
import type { MixedJobs } from './mixed-jobs'
import { listDeadLetters, type PoisonJobs } from './poison-jobs'
import { listUnfinishedMail } from './queue-rows'

/** Holds a queue to what should have become of its jobs: none lost, none done twice for its reader, poison apart. */
export const expectDrained = async (
  sql: Sql,
  provider: MailProvider,
  { mails, silent }: MixedJobs,
  { unreadable, unsealable }: PoisonJobs,
): Promise<void> => {
  expect(await listUnfinishedMail(sql)).toEqual([])
  const completed = await sql<
    { id: string }[]
  >`select id from pgboss.job where state = 'completed' and name like 'send-%'`
  expect(completed.map(({ id }) => id).toSorted()).toEqual([...mails.keys(), ...silent].toSorted())

  const deliveries = provider.deliveries()
  expect(deliveries.map(({ key, to, times }) => `${key} ${to} ${times}`).toSorted()).toEqual(
    [...mails].map(([id, email]) => `${id} ${email} 1`).toSorted(),
  )
  const messages =
    await sql`select state, sealed_values is null as "isEmptied", count(*)::integer from message group by 1, 2`
  expect(messages.toSorted((a, b) => a.count - b.count)).toEqual([
    { state: 'failed', isEmptied: true, count: unsealable.length },
    { state: 'sent', isEmptied: true, count: mails.size },
  ])

  const letters = await listDeadLetters(sql)
  expect(letters.map(({ sourceId }) => sourceId).toSorted()).toEqual([...unreadable, ...unsealable].toSorted())
  for (const { sourceId, reason } of letters) {
    expect(reason).toMatch(
      unreadable.includes(sourceId) ? /payload is not one of this queue/ : /of SECRET, which is not configured/,
    )
  }
}
