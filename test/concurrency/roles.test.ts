import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { given, type Person } from '../given'
import type { Reply } from '../support/send'
import { startTarget } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await startTarget({ MFA_REQUIRED_ROLES: ' ' })
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 2, onnotice: () => {} })

afterAll(async () => {
  await Promise.all([server.stop(), sql.end({ timeout: 1 })])
})

/** Somebody who holds a role since long ago. */
const holder = async (role: string): Promise<Person> => {
  const person = await given.person(server)
  await sql`insert into role_assignment (user_id, role, created_at) values (${person.user.id}, ${role}, now())`
  return person
}

const take = ({ accessToken }: Person, { user }: Person, role: string): Promise<Reply> =>
  server.send(`DELETE /v1/admin/users/${user.id}/roles/${role}`, { accessToken })

const give = ({ accessToken }: Person, { user }: Person, role: string, json: object = {}): Promise<Reply> =>
  server.send(`PUT /v1/admin/users/${user.id}/roles/${role}`, { accessToken, json })

const holdersOf = async (role: string) => {
  const rows = await sql<{ userId: string }[]>`select user_id as "userId" from role_assignment where role = ${role}`
  return rows.map(({ userId }) => userId)
}

const countEvents = async (type: string, userId: string) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from audit_event where type = ${type} and user_id = ${userId}`
  return row?.count
}

const dismissAdmins = () => sql`delete from role_assignment where role = 'admin'`

for (const round of [1, 2, 3, 4]) {
  test(`of two administrators who take the role from each other and themselves, 16 at a time, one is left (${round})`, async () => {
    await dismissAdmins()
    const [one, two] = [await holder('admin'), await holder('admin')]
    const pairs = [
      [one, two],
      [two, one],
      [one, one],
      [two, two],
    ] as const
    const replies = await inParallel(16, (index) => {
      const [by, from] = pairs[index % pairs.length] ?? pairs[0]
      return take(by, from, 'admin')
    })
    expect(replies.filter(({ status }) => ![204, 404, 409].includes(status)).map(({ text }) => text)).toEqual([])
    expect(countByStatus(replies)['204']).toBe(1)
    const left = await holdersOf('admin')
    expect(left.length).toBe(1)
    const events = [one, two].map(({ user }) => countEvents('role.revoked', user.id))
    expect((await Promise.all(events)).toSorted()).toEqual([0, 1])
  })
}

test('nor do 16 that give each other an end leave a time without one', async () => {
  await dismissAdmins()
  const [one, two] = [await holder('admin'), await holder('admin')]
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const pairs = [
    [one, two],
    [two, one],
  ] as const
  await inParallel(16, (index) => {
    const [by, to] = pairs[index % pairs.length] ?? pairs[0]
    return give(by, to, 'admin', { expiresAt })
  })
  const endless = await sql`select 1 from role_assignment where role = 'admin' and expires_at is null`
  expect(endless.length).toBe(1)
})

test('16 that give one role, or take it, do it once', async () => {
  const [admin, person] = [await holder('admin'), await given.person(server)]
  const given16 = await inParallel(16, () => give(admin, person, 'support'))
  expect(countByStatus(given16)).toEqual({ '200': 16 })
  expect(await countEvents('role.granted', person.user.id)).toBe(1)
  expect(countByStatus(await inParallel(16, () => take(admin, person, 'support')))).toEqual({ '204': 1, '404': 15 })
  expect(await countEvents('role.revoked', person.user.id)).toBe(1)
})

test('16 that make one role make it once', async () => {
  const { accessToken } = await holder('admin')
  const json = { name: `desk-${crypto.randomUUID().slice(0, 8)}`, permissions: ['users:read'] }
  const replies = await inParallel(16, () => server.send('POST /v1/admin/roles', { accessToken, json }))
  expect(countByStatus(replies)).toEqual({ '201': 1, '409': 15 })
})

test('a role that is given while it is deleted is held by nobody afterwards', async () => {
  const [admin, ...people] = [await holder('admin'), await given.person(server), await given.person(server)]
  for (let round = 0; round < 8; round += 1) {
    const name = `race-${crypto.randomUUID().slice(0, 8)}`
    const { accessToken } = admin
    await server.send('POST /v1/admin/roles', { accessToken, json: { name, permissions: [] } })
    await Promise.all([
      ...people.map((person) => give(admin, person, name)),
      server.send(`DELETE /v1/admin/roles/${name}`, { accessToken }),
      ...people.map((person) => give(admin, person, name)),
    ])
    expect(await holdersOf(name)).toEqual([])
  }
})
