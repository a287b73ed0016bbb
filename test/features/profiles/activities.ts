import { pageOf } from '#core/pagination'
import { ActivityItem } from '#features/profiles/activity-contract'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'

const ActivityPage = pageOf(ActivityItem)

export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

export const activityIn = ({ status, text, body }: Answer) => {
  if (status !== 200) throw new Error(`There is no activity in ${status}: ${text}`)
  return ActivityPage.parse(body)
}

/** What a person sees of what happened to them. */
export const activityOf = async (world: World, token: string, query = '') =>
  activityIn(await world.send(`GET /v1/me/activity${query}`, { token }))

export const typesOf = async (world: World, token: string, query = ''): Promise<string[]> =>
  (await activityOf(world, token, query)).items.map(({ type }) => type)

/** An event that was recorded then, by whoever `by` says. */
export const addEvent = async (
  world: World,
  {
    userId,
    type = 'login.failed',
    at = world.clock.now(),
    by = ['anonymous', null],
    data = {},
  }: {
    userId: string | null
    type?: string
    at?: Date
    by?: [kind: string, id: string | null]
    data?: object
  },
): Promise<string> => {
  const id = world.startAnother({}, { clock: { now: () => at } }).platform.ids.next()
  await world.db.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, actor_id, user_id, request_id, ip_address, user_agent,
      place, personal_salt, personal_digest, data)
    values ($1, $2::timestamptz, $3, $4, $5, $6::uuid, 'test', '192.0.2.1', $7, 'Paris, FR', 'salt', 'digest', $8::text::jsonb)`,
    [id, at, type, ...by, userId, firefox, JSON.stringify(data)],
    'objects',
  )
  return id
}
