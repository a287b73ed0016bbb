import { expect } from 'bun:test'
import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '#features/jobs/contract'
import type { World } from '../../platform'

type Housekeeping = (ctx: JobContext) => Promise<JobOutcome>

const day = 86_400_000

/** When this was, or will be. */
export const daysAgo = (world: World, days: number, milliseconds = 0): Date =>
  new Date(world.clock.now().getTime() - days * day - milliseconds)

/** Works a housekeeping job to its end. @returns how many statements it took */
export const keepHouse = async (world: World, work: Housekeeping): Promise<number> => {
  const before = world.statements.length
  const ctx: JobContext = {
    ...world.platform,
    ...world.contextOf({ kind: 'system', job: 'housekeeping' }),
    actor: { kind: 'system', job: 'housekeeping' },
    job: { id: world.platform.ids.next(), causedAt: world.clock.now(), isLastTry: false },
  }
  expect(await work(ctx)).toEqual(completed)
  return world.statements.length - before
}

/** Works a job while another transaction holds the rows that `lock` selects. */
export const keepHouseBeside = (world: World, work: Housekeeping, lock: string, values: unknown[]) =>
  world.db.transaction(async (tx) => {
    await tx.run(`${lock} for update`, values, 'objects')
    await keepHouse(world, work)
  })

/** As many people as it takes, with these addresses. @returns their ids */
export const addPeople = async (world: World, count: number): Promise<string[]> => {
  const rows = await world.db.run(
    `insert into "user" (id, email, created_at, updated_at)
    select gen_random_uuid(), 'person' || number || '@example.com', $2::timestamptz, $2::timestamptz
    from generate_series(1, $1::integer) number returning id`,
    [count, world.clock.now()],
    'arrays',
  )
  return rows.flat().map(String)
}
