import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Server } from '../support/server'
import { startTarget } from '../target'
import { createCookieJar, nextEmail, openClient, password, problemOf } from './open-client'

let server: Server
beforeAll(async () => {
  server = await startTarget({ EMAIL_VERIFICATION: 'optional' })
}, 90_000)
afterAll(() => server.stop())

const openCookies = async () => {
  const email = nextEmail()
  const { client: elsewhere } = openClient(server.baseUrl)
  await elsewhere.auth.register.$post({ json: { email, password } })
  const jar = createCookieJar()
  const reload = () => openClient(server.baseUrl, { transport: 'cookie', fetch: jar.fetch })
  const opened = reload()
  const answer = await (await opened.client.auth.login.$post({ json: { email, password } })).json()
  return { ...opened, email, elsewhere, jar, reload, answer }
}

describe('a cookie client', () => {
  test('logs in without ever holding a token', async () => {
    const { client, tokens, answer, email } = await openCookies()
    expect(answer).toMatchObject({ tokenType: 'Cookie', user: { email } })
    expect(answer).not.toHaveProperty('accessToken')
    expect(await tokens.get()).toBeUndefined()
    expect((await (await client.me.$get()).json()).email).toBe(email)
  })

  test('gets the next cookies once for all parallel calls, also after the page was loaded anew', async () => {
    const { client, jar, reload, refreshes } = await openCookies()
    jar.cookies.delete('__Host-access')
    await Promise.all([client.me.$get(), client.me.$get(), client.me.$patch({ json: { name: 'Ada' } })])
    expect(refreshes()).toBe(1)
    jar.cookies.delete('__Host-access')
    const reloaded = reload()
    await Promise.all([reloaded.client.me.$get(), reloaded.client.me.$get()])
    expect(reloaded.refreshes()).toBe(1)
  })

  test('of a visitor is not told that a session ended', async () => {
    const visitor = openClient(server.baseUrl, { transport: 'cookie', fetch: createCookieJar().fetch })
    expect((await problemOf(visitor.client.me.$get())).code).toBe('unauthenticated')
    expect(visitor.sent).toEqual(['GET /me', 'POST /auth/refresh'])
    expect(visitor.ended).toEqual([])
  })
})
