import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { exchangeForTokens, freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import { expectAlive, expectEnded } from '../support/sessions'

const { server, logIn, openBrowser, acme } = await federation()

const say = (logOutToken: string) =>
  server.send('POST /v1/auth/oauth/acme/backchannel-logout', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ logout_token: logOutToken })),
  })

test('when the provider says that somebody logged out, their sessions that began there end', async () => {
  const owner = await given.person(server)
  const person = freshProvidedPerson({ email: owner.email })
  const sessions = [await logIn('acme', person), await logIn('acme', person)]
  const other = await logIn('acme', freshProvidedPerson())
  await acme.announceLogOut(person.sub)
  for (const session of sessions) await expectEnded(server, session)
  await expectAlive(server, other)
  await expectAlive(server, owner)
  await acme.announceLogOut(person.sub)
  await expectAlive(server, await logIn('acme', person))
})

test('a provider may say it of somebody whom nobody knows here', async () => {
  await acme.announceLogOut(crypto.randomUUID())
})

test('an id_token is no logout token, and what nobody signed is none', async () => {
  const person = freshProvidedPerson()
  let idToken = ''
  acme.forge = (made) => {
    idToken = made
    return made
  }
  const session = await exchangeForTokens(server, await logInAt(server, openBrowser(person), 'acme'))
  acme.forge = undefined
  for (const token of [idToken, '', 'a.b.c']) expectProblem(await say(token), 400, 'invalid_log_out_token')
  expectProblem(
    await server.send('POST /v1/auth/oauth/acme/backchannel-logout', { json: {} }),
    400,
    'malformed_request',
  )
  await expectAlive(server, session)
})

test('who signs out everywhere else keeps the session that asks, and ends those of the provider too', async () => {
  const person = freshProvidedPerson()
  const [mine, other] = [await logIn('acme', person), await logIn('globex', person)]
  expect((await server.send('DELETE /v1/sessions', { accessToken: mine.accessToken })).status).toBe(204)
  await expectEnded(server, other)
  await expectAlive(server, mine)
})
