import { expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { recoveryCodes as recoveryCodesTable, totpAuthenticators } from '#db/schema/authenticators'
import { sessions } from '#db/schema/sessions'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { addTotp, beginTotp, codeOf, mfaStateOf, openTotpWorld, secretIn } from './second-factors'

type Change = Partial<typeof sessions.$inferSelect>

/** An instance where a session changes between the look at it and the statement that goes on from there. */
const changeMidway = (world: World, { sessionId }: TokenSet, change: Change): World => {
  const { db } = world.platform
  let isChanged = false
  const run: typeof db.run = async (text, values, rows) => {
    const found = await db.run(text, values, rows)
    if (!isChanged && text.includes('"hasSecondFactor"')) {
      isChanged = true
      await world.db.update(sessions).set(change).where(eq(sessions.id, sessionId))
    }
    return found
  }
  return world.startAnother({}, { db: { ...db, run } })
}

/** What changes authenticators: each needs a session that is fresh and strong enough. */
const changes: [string, (world: World, session: TokenSet) => Promise<{ status: number }>][] = [
  ['begins an app', (world, session) => beginTotp(world, session, 'Tablet')],
  ['makes recovery codes', (world, { accessToken: token }) => world.send('POST /v1/me/mfa/recovery-codes', { token })],
  ['removes apps', (world, { accessToken: token }) => world.send('DELETE /v1/me/mfa/totp', { token })],
]

const midways: [string, (world: World) => Change][] = [
  ['is lowered', () => ({ acr: 'aal1' })],
  ['gets old', (world) => ({ authenticatedAt: new Date(world.clock.now().getTime() - 301_000) })],
  ['ends', (world) => ({ revokedAt: world.clock.now() })],
]

const pairs = changes.flatMap(([what, make]) => midways.map(([how, change]) => ({ what, make, how, change })))

test.each(pairs)('a session that $how meanwhile $what no more', async ({ make, change }) => {
  const { world, session } = await openTotpWorld()
  const kept = async () => [
    await world.db.select().from(totpAuthenticators),
    await world.db.select().from(recoveryCodesTable).orderBy(recoveryCodesTable.codeHash),
  ]
  const before = await kept()
  const { status } = await make(changeMidway(world, session, change(world)), session)
  expect([401, 404]).toContain(status)
  expect(await kept()).toEqual(before)
})

test.each(midways)('a session that %s meanwhile confirms no app', async (_, change) => {
  const { world, session } = await openTotpWorld()
  const { accessToken: token } = session
  const secret = secretIn(await beginTotp(world, session, 'Tablet'))
  const json = { code: codeOf(world, secret) }
  const confirming = changeMidway(world, session, change(world))
  expect((await confirming.send('POST /v1/me/mfa/totp/confirm', { token, json })).status).toBe(401)
  const rows = await world.db.select().from(totpAuthenticators)
  expect(rows.filter(({ confirmedAt }) => confirmedAt !== null)).toHaveLength(1)
})

test('a name is given by a session only that is strong enough to the end', async () => {
  const { world, session } = await openTotpWorld()
  await addTotp(world, session, 'Tablet')
  const [{ id } = { id: '' }] = (await mfaStateOf(world, session)).totp
  const { accessToken: token } = session
  const renaming = changeMidway(world, session, { acr: 'aal1' })
  const answer = await renaming.send(`PATCH /v1/me/mfa/totp/${id}`, { token, json: { name: 'Mine' } })
  expect(answer.status).toBeGreaterThanOrEqual(401)
  const names = (await world.db.select().from(totpAuthenticators)).map(({ name }) => name)
  expect(names).not.toContain('Mine')
})
