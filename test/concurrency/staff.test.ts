import { expect, test } from 'bun:test'
import { freshEmail, type Guarded, given, type Person } from '../given'
import { expectProblem } from '../support/expect-problem'
import { grantRole } from '../support/grant-role'
import type { Reply } from '../support/send'
import { Account, TokenSet } from '../support/shapes'
import { openStaffedTarget } from '../support/staff'
import { overlap } from './overlap'
import { countByStatus, inParallel, patient } from './parallel'

const { server, admin, second } = await openStaffedTarget(patient)

const send = ({ accessToken }: { accessToken: string }, route: string, json?: object) =>
  server.send(route, { accessToken, ...(json && { json }) })

const impersonate = (by: Guarded, { user }: Person) =>
  send(by, `POST /v1/admin/users/${user.id}/impersonate`, { reason: 'A ticket of theirs.' })

const ban = ({ user }: Person) => send(admin, `POST /v1/admin/users/${user.id}/ban`, { reason: 'Sends spam.' })

const see = async (tokens: { accessToken: string }) => (await send(tokens, 'GET /v1/me')).status

/** Makes somebody an administrator, as the operator does. */
const promote = async ({ email }: Person): Promise<Reply> => {
  await grantRole({ DATABASE_URL: process.env.TEST_DATABASE_URL ?? '' }, email, 'admin')
  return { status: 204, headers: new Headers(), text: '', json: undefined }
}

test('who is promoted first is not acted as any more', async () => {
  const eve = await given.person(server)
  const [, refused] = await overlap(
    eve.email,
    'person',
    () => promote(eve),
    () => impersonate(admin, eve),
  )
  expectProblem(refused, 403, 'target_above_own')
})

test('who is acted as first is rid of that by the promotion', async () => {
  const eve = await given.person(server)
  const [opened] = await overlap(
    eve.email,
    'person',
    () => impersonate(admin, eve),
    () => promote(eve),
  )
  expect(opened.status).toBe(201)
  expect(await see(TokenSet.parse(opened.json))).toBe(401)
})

test('a promotion above who bans comes before the ban, and counts, or after it', async () => {
  const deputy = await given.personWithTotp(server)
  await grantRole({ DATABASE_URL: process.env.TEST_DATABASE_URL ?? '' }, deputy.email, 'support')
  const support = { ...deputy, ...(await given.guardedSession(server, deputy)) }
  const signOut = ({ user }: Person) => send(support, `DELETE /v1/admin/users/${user.id}/sessions`)
  const [eve, rob] = [await given.person(server), await given.person(server)]
  const [, refused] = await overlap(
    eve.email,
    'person',
    () => promote(eve),
    () => signOut(eve),
  )
  expectProblem(refused, 403, 'target_above_own')
  const [done] = await overlap(
    rob.email,
    'person',
    () => signOut(rob),
    () => promote(rob),
  )
  expect(done.status).toBe(204)
})

test('log-ins beside a ban leave no session that outlives it, also when it is lifted', async () => {
  for (let round = 0; round < 3; round += 1) {
    const eve = await given.person(server)
    const logIns = inParallel(8, () =>
      server.send('POST /v1/auth/login', { json: { email: eve.email, password: eve.password } }),
    )
    expect((await ban(eve)).status).toBe(200)
    const opened = (await logIns).flatMap(({ json }) => TokenSet.safeParse(json).data ?? [])
    expect((await send(admin, `DELETE /v1/admin/users/${eve.user.id}/ban`)).status).toBe(204)
    for (const tokens of [eve, ...opened]) expect(await see(tokens)).toBe(401)
    expect((await given.session(server, eve)).user.id).toBe(eve.user.id)
  }
})

test('an impersonation that begins as who acts logs out does not outlive that', async () => {
  const people = await inParallel(4, () => given.person(server))
  const session = { ...second, ...(await given.guardedSession(server, second)) }
  const begun = people.map((person) => impersonate(session, person))
  const [ended, ...opened] = await Promise.all([
    server.send('POST /v1/auth/logout', { accessToken: session.accessToken }),
    ...begun,
  ])
  expect(ended.status).toBe(204)
  for (const { json } of opened) {
    const tokens = TokenSet.safeParse(json).data
    if (tokens) expect(await see(tokens)).toBe(401)
  }
})

test('of sixteen at once one makes the account, one deletes it, one ends an impersonation', async () => {
  const email = freshEmail()
  const made = await inParallel(16, () => send(admin, 'POST /v1/admin/users', { email }))
  expect(countByStatus(made)).toEqual({ 201: 1, 409: 15 })
  const { id } = Account.parse(made.find(({ status }) => status === 201)?.json)
  const eve = await given.person(server)
  const { sessionId } = TokenSet.parse((await impersonate(admin, eve)).json)
  const ended = await inParallel(16, () => send(admin, `DELETE /v1/admin/impersonations/${sessionId}`))
  expect(countByStatus(ended)).toEqual({ 204: 1, 404: 15 })
  const deleted = await inParallel(16, () => send(admin, `DELETE /v1/admin/users/${id}`))
  expect(countByStatus(deleted)).toEqual({ 202: 1, 409: 15 })
})

test('of sixteen accounts that are given one address at once, one has it', async () => {
  const people = await inParallel(16, () =>
    given.provedAccount(server).then((account) => given.session(server, account)),
  )
  const email = freshEmail()
  const moved = await inParallel(16, (index) =>
    send(admin, `PATCH /v1/admin/users/${people[index]?.user.id}`, { email, name: `Mover ${index}` }),
  )
  expect(countByStatus(moved)).toEqual({ 200: 1, 409: 15 })
  const names = await Promise.all(
    people.map(async ({ user }) => Account.parse((await send(admin, `GET /v1/admin/users/${user.id}`)).json)),
  )
  // Of those who came too late nothing is changed.
  expect(names.filter(({ name }) => name?.startsWith('Mover')).map((account) => account.email)).toEqual([email])
})
