import { asc } from 'drizzle-orm'
import { auditEvents } from '#db/schema/audit'
import type { World } from '../../platform'

export type RecordedEvent = typeof auditEvents.$inferSelect

/** Everything that was recorded, by time, and by type where the clock stood still. */
export const listEvents = (world: World): Promise<RecordedEvent[]> =>
  world.db.select().from(auditEvents).orderBy(asc(auditEvents.occurredAt), asc(auditEvents.type))

/** What `work` recorded. */
export const eventsOf = async (world: World, work: () => Promise<unknown>): Promise<RecordedEvent[]> => {
  const known = new Set((await listEvents(world)).map(({ id }) => id))
  await work()
  await world.settle()
  return (await listEvents(world)).filter(({ id }) => !known.has(id))
}
