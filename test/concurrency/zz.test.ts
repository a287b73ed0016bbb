import { test } from 'bun:test'
import postgres from 'postgres'
import { given } from '../given'
import { target } from '../target'
import { inParallel } from './parallel'
const server = await target({ EMAIL_VERIFICATION: 'optional' })
const sql = postgres(process.env.TEST_DATABASE_URL!)
for (const [name, n, refresh] of [['plain', 5, false], ['refreshed', 5, true], ['many', 12, false], ['many refreshed', 12, true]] as const) test('stress '+name, async () => {
  const bad: number[] = []
  for (let round = 0; round < 16; round++) {
    const first = await given.newcomer(server)
    const more = await inParallel(n, () => given.session(server, first))
    const all = [first, ...more]
    if (refresh) await Promise.all(all.toReversed().map(({ refreshToken }) => given.refreshed(server, refreshToken)))
    const token = await given.verificationToken(server, first.email)
    const replies = await Promise.all([
      server.send('POST /v1/auth/email/verify', { json: { token } }),
      ...all.map(({ accessToken }) => server.send('DELETE /v1/sessions', { accessToken })),
    ])
    bad.push(replies.filter(({ status }) => status >= 500).length)
    if (round === 3 || round === 8) await sql`analyze`
  }
  console.log(name, 'bad', bad.join(' '))
}, 120000)
