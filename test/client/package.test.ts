import { beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { type Consumer, createConsumer } from './consumer'

/** 1,582 when this was written. Every call that the usage makes costs some; a route that it does not call costs none. */
const mostInstantiations = 3_500
const longestSeconds = 5
const mostGzipBytes = 15 * 1024
const serverWords = /drizzle|postgres|\bzod\b|\bjose\b|argon2|#core|#http|#db/i

const usage = `
import { createClient, createPasskey, isProblem, putAvatar, usePasskey, type ProblemCode, ProblemError, type Session, type User } from 'postern/client'

const client = createClient('https://id.example.com', { onSessionEnded: ({ code }) => console.log(code) })

const registered = await client.auth.register.$post({ json: { email: 'ada@example.com', password: 'secret' } })
if (registered.status === 201) console.log((await registered.json()).tokens.accessToken.length)

const answer = await (await client.auth.login.$post({ json: { email: 'ada@example.com', password: 'secret' } })).json()
if ('mfaRequired' in answer) {
  const challengeToken = answer.challenge.token
  const code = { challengeToken, method: 'totp', code: '271828' } as const
  console.log((await (await client.auth.mfa.verify.$post({ json: code })).json()).sessionId)
  const options = await (await client.auth.passkey.options.$post({ json: { challengeToken } })).json()
  const response = await usePasskey(options, { mediation: 'conditional' })
  await client.auth.mfa.verify.$post({ json: { challengeToken, method: 'passkey', response } })
} else if (answer.tokenType === 'Bearer') console.log(answer.refreshToken.length)

const made = await createPasskey(await (await client.me.passkeys.options.$post()).json())
const { recoveryCodes } = await (await client.me.passkeys.$post({ json: { name: 'Laptop', response: made } })).json()
await client.auth['step-up'].$post({ json: { method: 'password', password: 'secret' } })
console.log(recoveryCodes?.length)
// @ts-expect-error A second factor is shown by a code or by a passkey, not by nothing.
client.auth.mfa.verify.$post({ json: { challengeToken: '', method: 'totp' } })

const user: User = await (await client.me.$patch({ json: { name: null, timeZone: 'Europe/London' } })).json()
const pictured: User = await putAvatar(client, new Blob([], { type: 'image/png' }))
console.log(pictured.picture)
const sessions: Session[] = (await (await client.sessions.$get({ query: { limit: '5' } })).json()).items
await client.sessions[':id'].$delete({ param: { id: sessions[0]?.id ?? user.id } })

export const explain = (error: unknown): ProblemCode | undefined => {
  if (isProblem(error, 'email_taken', 'rate_limited')) {
    const code: 'email_taken' | 'rate_limited' = error.code
    return code
  }
  if (error instanceof ProblemError && error.code === 'invalid_request') console.log(error.errors[0]?.pointer)
  // @ts-expect-error There is no such code.
  return isProblem(error, 'email_takn') ? undefined : undefined
}

// @ts-expect-error The password is missing.
client.auth.login.$post({ json: { email: 'ada@example.com' } })
// @ts-expect-error No one may say of themselves that their address is proved.
client.me.$patch({ json: { emailVerified: true } })
// @ts-expect-error There is no such route.
client.auth.signIn.$post({ json: {} })
// @ts-expect-error There is no such method.
client.me.$put({ json: {} })
// @ts-expect-error The path parameter is missing.
client.sessions[':id'].$delete()
// @ts-expect-error A user has no such member.
console.log(user.password)
`

let consumer: Consumer
beforeAll(async () => {
  consumer = await createConsumer()
  await consumer.write('usage.ts', usage)
}, 60_000)

test('a consumer is type-checked quickly, and its wrong calls are refused', async () => {
  const { faults, instantiations, seconds } = await consumer.typeCheck('usage.ts')
  expect(faults).toEqual([])
  expect(instantiations).toBeLessThan(mostInstantiations)
  expect(seconds).toBeLessThan(longestSeconds)
}, 60_000)

test('the declarations are sound for the strictest consumer, and lead to the client’s own files and to hono, and nowhere else', async () => {
  const { faults, files } = await consumer.typeCheck('usage.ts', {
    module: 'NodeNext',
    exactOptionalPropertyTypes: true,
  })
  expect(faults).toEqual([])
  const foreign = files.filter(
    (file) => !/\/node_modules\/(postern\/dist\/client|hono\/dist|typescript|@typescript)\//.test(file),
  )
  expect(foreign).toEqual([join(consumer.directory, 'usage.ts')])
}, 60_000)

test('the example compiles', async () => {
  const example = Bun.file(join(import.meta.dir, '../../examples/client/account.ts'))
  await consumer.write('account.ts', await example.text())
  expect((await consumer.typeCheck('account.ts')).faults).toEqual([])
}, 60_000)

test('a consumer’s bundle is small and holds nothing of the server', async () => {
  const { outputs } = await Bun.build({
    entrypoints: [join(consumer.directory, 'usage.ts')],
    target: 'browser',
    minify: true,
  })
  const [bundle] = outputs
  if (!bundle || outputs.length !== 1) throw new Error('Expected one file.')
  const code = await bundle.text()
  expect(Bun.gzipSync(code).byteLength).toBeLessThan(mostGzipBytes)
  expect(code).not.toMatch(serverWords)
}, 60_000)
