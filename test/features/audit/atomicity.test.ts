import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { mailedBy, wrongCode } from '../accounts/mailed'
import { ada, grace, registerAndLogIn } from '../people'
import { everything, startColliding, tables } from './colliding'

interface Tokens {
  accessToken: string
  refreshToken: string
}

const email = 'second@example.com'
const { password } = ada
const newPassword = 'a wholly new password'
const headers = { 'x-request-id': 'request-of-this-test' }

interface Change {
  /** What must have been mailed before. */
  mail?: (world: World, tokens: Tokens) => Promise<unknown>
  make: (world: World, tokens: Tokens) => Promise<{ status: number }>
}

const post = (path: string, json: (world: World) => object) => (world: World, tokens?: Tokens) =>
  world.send(`POST ${path}`, { json: json(world), headers, ...(tokens && { token: tokens.accessToken }) })

/** The same, by nobody in particular. */
const postAsAnyone = (path: string, json: (world: World) => object) => (world: World) => post(path, json)(world)

const askForReset = postAsAnyone('/v1/auth/password/forgot', () => ({ email }))
const askForLogIn = postAsAnyone('/v1/auth/email-link', () => ({ email }))
const askForEmailChange = post('/v1/me/email/change', () => ({ newEmail: 'new@example.com' }))
const consume = (json: (world: World) => object) => postAsAnyone('/v1/auth/email-link/consume', json)

const changes: Record<string, Change> = {
  'a registration': { make: postAsAnyone('/v1/auth/register', () => grace) },
  'a log-in': { make: postAsAnyone('/v1/auth/login', () => ({ email, password })) },
  'a log-in from a new device': {
    make: (world) =>
      world.send('POST /v1/auth/login', {
        json: { email, password },
        headers: { ...headers, 'user-agent': 'another' },
      }),
  },
  'a failed log-in': { make: postAsAnyone('/v1/auth/login', () => ({ email, password: 'wrong' })) },
  'a refresh': {
    make: (world, { refreshToken }) => world.send('POST /v1/auth/refresh', { json: { refreshToken }, headers }),
  },
  'a log-out': { make: (world, { accessToken: token }) => world.send('POST /v1/auth/logout', { token, headers }) },
  'a change of the profile': {
    make: (world, { accessToken: token }) => world.send('PATCH /v1/me', { json: { bio: 'x' }, token, headers }),
  },
  'the end of the other sessions': {
    make: (world, { accessToken: token }) => world.send('DELETE /v1/sessions', { token, headers }),
  },
  'the proof of an address': {
    make: postAsAnyone('/v1/auth/email/verify', (world) => ({ token: mailedBy(world, 'verify-email').token })),
  },
  'a log-in by link, and the proof that it is': {
    mail: askForLogIn,
    make: consume((world) => ({ token: mailedBy(world, 'log-in').token })),
  },
  'a log-in by code, and the proof that it is': {
    mail: askForLogIn,
    make: consume((world) => ({ email, code: mailedBy(world, 'log-in').code })),
  },
  'a failed log-in by code': {
    mail: askForLogIn,
    make: consume((world) => ({ email, code: wrongCode(mailedBy(world, 'log-in').code) })),
  },
  'a reset of the password': {
    mail: askForReset,
    make: postAsAnyone('/v1/auth/password/reset', (world) => ({
      token: mailedBy(world, 'reset-password').token,
      newPassword,
    })),
  },
  'a change of the password': {
    make: post('/v1/auth/password/change', () => ({ currentPassword: password, newPassword })),
  },
  'a refused change of the password': {
    make: post('/v1/auth/password/change', () => ({ currentPassword: 'wrong', newPassword })),
  },
  'a request for another address': { make: askForEmailChange },
  'a change of the address': {
    mail: askForEmailChange,
    make: postAsAnyone('/v1/me/email/change/confirm', (world) => ({ token: mailedBy(world, 'confirm-email').token })),
  },
}

/** Two people, the second with two sessions; and an instance whose every id is that of an event that is recorded. */
const openCollidingWorld = async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const tokens = await registerAndLogIn(world, { ...ada, email })
  await world.send('POST /v1/auth/login', { json: { email, password } })
  return { world, tokens, ...(await startColliding(world)) }
}

for (const [change, { mail, make }] of Object.entries(changes)) {
  test(`${change} that can’t be recorded does not happen, and causes no job`, async () => {
    const { world, tokens, colliding, isUsed } = await openCollidingWorld()
    await mail?.(world, tokens)
    await world.settle()
    const before = await everything(world)
    expect((await make(colliding, tokens)).status).toBe(500)
    expect(isUsed()).toBe(true)
    expect(await everything(world)).toEqual(before)
    await colliding.settle()
    expect(await everything(world)).toEqual(before)
  })
}

for (const [what, ask] of Object.entries({
  'to log in': askForLogIn,
  'to reset': askForReset,
  'to move': askForEmailChange,
})) {
  test(`a token ${what} that can’t be recorded is not issued, and its mail neither kept nor sent`, async () => {
    const { world, tokens, colliding } = await openCollidingWorld()
    await world.settle()
    const before = await everything(world)
    const mails = world.outbox.length
    await ask(world, tokens)
    // The notice of a move brings no token.
    await world.db.run("delete from pgboss.job where name = 'send-security-notice'", [], 'objects')
    await colliding.settle()
    const after = await everything(world)
    const isCompared = (table: string) => !['audit_event', 'pgboss.job'].includes(table)
    expect(after.filter((_, index) => isCompared(tables[index] ?? ''))).toEqual(
      before.filter((_, index) => isCompared(tables[index] ?? '')),
    )
    expect(world.outbox).toHaveLength(mails)
    expect(world.logs).toContainEqual(expect.objectContaining({ message: 'job', state: 'deferred' }))
  })
}
