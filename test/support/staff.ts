import { type Guarded, given } from '../given'
import { startTarget, target, targetName } from '../target'
import { makeDataDirectory, type Settings } from './bun-server'
import { grantRole } from './grant-role'
import type { Server } from './server'

export interface Staffed {
  server: Server
  /** Two who hold `admin`, and one who holds `support`: all showed their second factor. */
  admin: Guarded
  second: Guarded
  support: Guarded
  /** Ends the server if it is nobody else's. */
  stop: () => Promise<void>
}

/** The target with people who hold roles. An embedded database is its server's alone, so that is started twice. */
export const openStaffedTarget = async (settings: Settings = {}): Promise<Staffed> => {
  const isEmbedded = targetName === 'embedded'
  const own: Settings = isEmbedded
    ? { DATA_DIRECTORY: await makeDataDirectory(), SECRET: 'x'.repeat(64), ...settings }
    : settings
  const first = isEmbedded ? await startTarget(own) : await target(settings)
  const people = [
    await given.personWithTotp(first),
    await given.personWithTotp(first),
    await given.personWithTotp(first),
  ]
  if (isEmbedded) await first.stop()
  const database: Settings = isEmbedded
    ? { DATA_DIRECTORY: own.DATA_DIRECTORY ?? '' }
    : { DATABASE_URL: process.env.TEST_DATABASE_URL ?? '' }
  for (const [index, { email }] of people.entries()) await grantRole(database, email, index < 2 ? 'admin' : 'support')
  const server = isEmbedded ? await startTarget(own) : first
  const logIn = async (person: Guarded | undefined): Promise<Guarded> => {
    if (!person) throw new Error('Somebody is missing.')
    return { ...person, ...(await given.guardedSession(server, person)) }
  }
  return {
    server,
    admin: await logIn(people[0]),
    second: await logIn(people[1]),
    support: await logIn(people[2]),
    stop: async () => {
      if (isEmbedded) await server.stop()
    },
  }
}
