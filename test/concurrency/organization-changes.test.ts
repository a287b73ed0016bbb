import { beforeAll, expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import { registerProved } from '../features/authenticators/second-factors'
import { accept, actFor, found, invite, join } from '../features/organizations/people'
import { openWorld, type World } from '../platform'

let world: World
let owner: TokenSet
let id: string

const somebody = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  password: 'a long enough one',
  name: 'Some Body',
})

beforeAll(async () => {
  world = await openWorld()
  owner = await registerProved(world, somebody())
  id = (await found(world, owner)).id
})

const countWaiting = async (): Promise<number> => {
  const rows = await world.db.run(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    [],
    'objects',
  )
  return rows.length
}

/** Begins a request while somebody else changes the organization, and lets it go on once `change` is committed. */
const meanwhile = async <Answer>(
  request: () => Promise<Answer>,
  change: string,
  values: unknown[],
): Promise<Answer> => {
  let answer: Promise<Answer> | undefined
  await world.db.transaction(async (tx) => {
    await tx.run('select id from organization where id = $1::uuid for update', [id], 'objects')
    answer = request()
    while ((await countWaiting()) === 0) await Bun.sleep(5)
    await tx.run(change, values, 'objects')
  })
  if (!answer) throw new Error('The request was not begun.')
  return answer
}

const roleOf = async ({ user }: TokenSet) => {
  const text = 'select role from organization_member where organization_id = $1::uuid and user_id = $2::uuid'
  const [row] = await world.db.run(text, [id, user.id], 'objects')
  return Object(row).role
}

const demotion = `update organization_member set role = 'member' where user_id = $1::uuid`
const removal = 'delete from organization_member where user_id = $1::uuid'

test('who is demoted or removed while their request waits does nothing by it', async () => {
  const member = await join(world, owner, id, somebody())
  const json = { role: 'admin' }
  const tries: [string, object | undefined][] = [
    [`PATCH /members/${member.user.id}`, json],
    [`DELETE /members/${member.user.id}`, undefined],
    ['POST /roles', { name: 'clerk', description: 'Clerks.', permissions: ['members:read'] }],
    ['POST /invitations', { email: 'late@example.com', role: 'member' }],
    ['PATCH ', { name: 'Mine' }],
  ]
  for (const [route, body] of tries) {
    for (const [change, status] of [
      [demotion, 403],
      [removal, 404],
    ] as const) {
      const admin = await join(world, owner, id, somebody(), 'admin')
      const act = actFor(world, admin, id)
      const answer = await meanwhile(() => act(route, body ? { json: body } : {}), change, [admin.user.id])
      expect({ route, status: answer.status }).toEqual({ route, status })
    }
  }
  expect(await roleOf(member)).toBe('member')
  const { body } = await actFor(world, owner, id)('GET ')
  expect(body).toMatchObject({ name: 'Engines' })
  const roles = await actFor(world, owner, id)('GET /roles')
  expect(Object(roles.body).items).toHaveLength(3)
  expect(world.outbox.filter(({ to }) => to === 'late@example.com')).toEqual([])
})

test('an acceptance that waits while its invitation is taken back, or the address is given up, joins nobody', async () => {
  for (const change of [
    'update invitation set revoked_at = now() where accepted_by is null and email = $1',
    `update "user" set email = 'other-' || email where email = $1`,
  ]) {
    const person = somebody()
    const invitee = await registerProved(world, person)
    const { token } = await invite(world, owner, id, person.email)
    const answer = await meanwhile(() => accept(world, invitee, token), change, [person.email])
    expect({ change, status: answer.status }).toEqual({ change, status: 400 })
    expect(await roleOf(invitee)).toBeUndefined()
  }
})
