import { type Account, given } from '../given'
import { startTarget, target, targetName } from '../target'
import { makeDataDirectory, type Settings } from './bun-server'
import { grantRole } from './grant-role'
import type { Server } from './server'

/**
 * A server of the target with an administrator, of whom no second factor is asked. The embedded database has one process,
 * so the server starts anew after the operator's command.
 */
export const staffTarget = async (settings: Settings = {}): Promise<{ server: Server; staff: Account }> => {
  const asked = { MFA_REQUIRED_ROLES: 'nobody', APPLICATION_PERMISSIONS: 'invoices:read', ...settings }
  if (targetName !== 'embedded') {
    const server = await target(asked)
    const staff = await given.provedAccount(server)
    await grantRole({ DATABASE_URL: process.env.TEST_DATABASE_URL ?? '' }, staff.email, 'admin')
    return { server, staff }
  }
  const own = { ...asked, DATA_DIRECTORY: await makeDataDirectory() }
  const before = await startTarget(own)
  const staff = await given.provedAccount(before)
  await before.stop()
  await grantRole({ DATA_DIRECTORY: own.DATA_DIRECTORY }, staff.email, 'admin')
  return { server: await target(own), staff }
}
