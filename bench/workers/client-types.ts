import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createConsumer, type TypeCheck } from '../../test/client/consumer'
import { repository } from '../../test/support/folders'
import { median } from '../rate'

const checks = 3

const postern = `
import { createClient, isProblem, type Session, type User } from 'postern/client'

const client = createClient('https://id.example.com')
const answer = await (await client.auth.login.$post({ json: { email: 'ada@example.com', password: 'secret' } })).json()
if ('mfaRequired' in answer) {
  await client.auth.mfa.verify.$post({ json: { challengeToken: answer.challenge.token, method: 'totp', code: '271828' } })
}
const me: User = await (await client.me.$patch({ json: { name: 'Ada' } })).json()
const sessions: Session[] = (await (await client.sessions.$get({ query: {} })).json()).items
const passkeys = await (await client.me.passkeys.$get()).json()
await client.auth.logout.$post().catch((error) => isProblem(error, 'rate_limited'))
console.log(me.email, sessions[0]?.lastUsedAt, passkeys.items[0]?.name)
`

const betterAuth = `
import { apiKeyClient } from '@better-auth/api-key/client'
import { passkeyClient } from '@better-auth/passkey/client'
import { createAuthClient } from 'better-auth/client'
import { organizationClient, twoFactorClient } from 'better-auth/client/plugins'

const client = createAuthClient({
  baseURL: 'https://id.example.com',
  plugins: [twoFactorClient(), organizationClient(), passkeyClient(), apiKeyClient()],
})
const { error } = await client.signIn.email({ email: 'ada@example.com', password: 'secret' })
await client.twoFactor.verifyTotp({ code: '271828' })
await client.updateUser({ name: 'Ada' })
const { data: current } = await client.getSession()
const { data: sessions } = await client.listSessions()
const { data: passkeys } = await client.passkey.listUserPasskeys()
await client.signOut()
console.log(error?.message, current?.user.email, sessions?.[0]?.updatedAt, passkeys?.[0]?.name)
`

/** A project that imports a client and calls a few of its routes. */
const projects = {
  'an empty project': 'export {}\n',
  'Postern’s client': postern,
  'better-auth’s client, with the same plugins': betterAuth,
}

/** What the compiler takes to check a project. */
export interface ClientTypes {
  title: string
  seconds: number
  instantiations: number
  memoryMiB: number
  files: number
}

const summarize = (title: string, all: TypeCheck[]): ClientTypes => {
  const [faults, first] = [all.flatMap((check) => check.faults), all[0]]
  if (faults.length > 0 || !first) throw new Error(`${title} does not compile:\n${faults.join('\n')}`)
  return {
    title,
    seconds: median(all.map(({ seconds }) => seconds)),
    instantiations: first.instantiations,
    memoryMiB: median(all.map(({ memoryBytes }) => memoryBytes)) / 2 ** 20,
    files: first.files.length,
  }
}

/** Type-checks projects outside the repository that have installed the clients, by turns. */
export const measureClientTypes = async (): Promise<ClientTypes[]> => {
  const consumer = await createConsumer()
  for (const name of ['better-auth', '@better-auth']) {
    await symlink(join(repository, 'node_modules', name), join(consumer.directory, 'node_modules', name))
  }
  const titles = Object.entries(projects).map(([title, text], index) => ({ title, text, file: `project-${index}.ts` }))
  for (const { file, text } of titles) await consumer.write(file, text)
  const measured = new Map<string, TypeCheck[]>(titles.map(({ title }) => [title, []]))
  for (let round = 0; round < checks; round += 1) {
    for (const { title, file } of titles) measured.get(title)?.push(await consumer.typeCheck(file))
  }
  return [...measured].map(([title, all]) => summarize(title, all))
}
