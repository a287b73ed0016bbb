import { expect, test } from 'bun:test'
import { Statistics } from '#features/admin/statistics-contract'
import type { World } from '../../platform'
import { logInWith } from '../accounts/mailed'
import { again, call, hire, openStaffWorld, type Somebody } from './staff-people'

const see = async (world: World, by: Somebody, query = ''): Promise<Statistics> => {
  const answer = await call(world, by, `GET /v1/admin/statistics${query}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return Statistics.parse(answer.body)
}

const day = 86_400

test('each day says who came, how, who failed, and how many were active', async () => {
  const world = await openStaffWorld()
  const eve = await hire(world, 'Eve')
  await logInWith(world, 'a wrong guess', eve.email)
  await logInWith(world, 'a wrong guess', 'nobody@example.com')
  world.advance(day)
  await world.send('POST /v1/auth/refresh', { json: { refreshToken: eve.refreshToken } })
  const boss = await hire(world, 'Boss', 'admin')
  await call(world, boss, 'POST /v1/admin/users', { email: 'new@example.com' })
  const auditor = await hire(world, 'Audrey', 'auditor')
  const seen = await see(world, auditor, '?from=2026-11-21&to=2026-11-24')
  const empty = { signUps: 0, created: 0, signIns: {}, failures: {}, activeUsers: 0 }
  expect(seen).toEqual({
    from: '2026-11-21',
    to: '2026-11-24',
    days: [
      { ...empty, date: '2026-11-21' },
      {
        date: '2026-11-22',
        signUps: 1,
        created: 0,
        signIns: { password: 1 },
        failures: { credentials: 2 },
        activeUsers: 1,
      },
      { date: '2026-11-23', signUps: 2, created: 1, signIns: { password: 2 }, failures: {}, activeUsers: 3 },
      { ...empty, date: '2026-11-24' },
    ],
    activeUsers: 3,
    totals: { users: 4, unverified: 4, banned: 0, closed: 0 },
  })
})

test('without a span the last thirty days are there; a day ends at midnight UTC', async () => {
  const world = await openStaffWorld()
  const boss = await hire(world, 'Boss', 'admin')
  // To the last second of the day, and the first of the next.
  world.advance(12 * 3600 - 1)
  const last = await again(world, boss)
  const today = await see(world, last)
  expect([today.from, today.to, today.days.length]).toEqual(['2026-10-24', '2026-11-22', 30])
  world.advance(1)
  const next = await again(world, boss)
  const { days } = await see(world, next)
  expect(days.at(-1)).toMatchObject({ date: '2026-11-23', signIns: { password: 1 } })
  expect(days.at(-2)).toMatchObject({ date: '2026-11-22', signIns: { password: 2 } })
})

test('a span that is none, or too long, is refused', async () => {
  const world = await openStaffWorld()
  const boss = await hire(world, 'Boss', 'admin')
  expect((await see(world, boss, '?from=2026-01-01&to=2027-01-01')).days.length).toBe(366)
  for (const query of [
    '?from=2026-01-01&to=2027-01-02',
    '?from=2026-11-23&to=2026-11-22',
    '?from=2026-02-30',
    '?to=today',
    '?day=2026-11-22',
  ]) {
    expect((await call(world, boss, `GET /v1/admin/statistics${query}`)).status).toBe(422)
  }
})
