import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { given } from '../given'
import { bindPasskey, type Ceremony, ceremoniesOf, logInByPasskey, tokensIn } from '../support/passkey-ceremonies'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const server = await target()
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} })
afterAll(() => sql.end({ timeout: 1 }))

const countRegresses = async (userId: string) => {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from audit_event
    where user_id = ${userId} and type = 'passkey.counter_regressed'`
  return row?.count
}

test.each(['log-in', 'second factor', 'step-up'] as const)(
  'a %s by a passkey while that is removed leaves no strong session behind, and is no regress',
  async (place) => {
    for (let round = 0; round < 8; round += 1) {
      const person = await given.person(server)
      const [gone, kept] = [await bindPasskey(server, person, { counts: true }), await bindPasskey(server, person)]
      const session = tokensIn(await logInByPasskey(server, kept))
      const { begin }: Ceremony = ceremoniesOf(server, person, session)[place]
      const { options, finish } = await begin()
      const response = await gone.authenticator.assert(options)
      const { accessToken } = person
      const [removal, use] = await Promise.all([
        server.send(`DELETE /v1/me/passkeys/${gone.passkey.id}`, { accessToken }),
        finish(response),
      ])
      expect(removal.status).toBe(204)
      expect([200, 400]).toContain(use.status)
      expect(await countRegresses(person.user.id)).toBe(0)
      const current = tokensIn(await logInByPasskey(server, kept))
      const { items } = SessionPage.parse((await server.send('GET /v1/sessions', current)).json)
      const strong = items.filter(({ acr }) => acr === 'aal2').map(({ id }) => id)
      const untouched = place === 'step-up' && use.status === 200 ? [] : [session.sessionId]
      expect(strong.toSorted()).toEqual([current.sessionId, person.sessionId, ...untouched].toSorted())
    }
  },
)
