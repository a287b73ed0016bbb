import { expect, test } from 'bun:test'
import type { Page } from '#core/pagination'
import { activities } from '#features/profiles/activities'
import { ActivityItem } from '#features/profiles/activity-contract'
import { listActivity } from '#features/profiles/list-activity'
import type { World } from '../../platform'
import { listEvents } from '../audit/events'
import { linkThrough } from '../audit/linked-life'
import { secureThrough } from '../audit/secured-life'
import { findSecrets } from '../find-secrets'

test('every type has a name of its own, and none tells how it is called inside', () => {
  const names = Object.values(activities).flatMap((activity) => (activity ? [activity.type] : []))
  expect(new Set<string>(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
})

/** A context of somebody with a session, whatever became of it. */
const contextOf = async (world: World, userId: string) => {
  const text = 'update session set revoked_at = null where user_id = $1 returning id'
  const [[sessionId] = []] = (await world.db.run(text, [userId], 'arrays')) as string[][]
  return world.contextOf({ kind: 'user', userId, sessionId: String(sessionId) })
}

for (const [life, live] of [
  ['with second factors', secureThrough],
  ['with accounts elsewhere', linkThrough],
] as const) {
  test(`a life ${life} is shown in full, as declared, and without what is private`, async () => {
    const { world, secrets } = await live()
    const events = await listEvents(world)
    const owner = events.find(({ type, userId }) => type === 'account.registered' && userId)?.userId ?? ''
    const ctx = await contextOf(world, owner)
    const items: ActivityItem[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Page<ActivityItem> = await listActivity(ctx, { limit: 7, ...(cursor && { cursor }) })
      items.push(...page.items)
      cursor = page.nextCursor
    }
    const known: Record<string, { type: string } | null> = activities
    const expected = events.filter(({ userId }) => userId === owner).flatMap(({ type }) => known[type]?.type ?? [])
    expect(items.map(({ type }) => String(type)).toSorted()).toEqual(expected.toSorted())
    expect(items.map((item) => ActivityItem.parse(item))).toEqual(items)
    expect(findSecrets(JSON.stringify(items), secrets)).toEqual([])
  })
}
