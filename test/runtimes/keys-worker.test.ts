import { test } from 'bun:test'
import { startWorkerServer } from '../support/worker-server'
import { expectRevokedWithin } from './leaked-key'
import { openCommands } from './operators-commands'
import { secret } from './server-process'

const lagSeconds = 2
const commands = openCommands()
const { settings } = commands
settings.KEY_REVOCATION_SECONDS = String(lagSeconds)

test('in workerd, revoke-all is seen within the lag', async () => {
  const { DATABASE_URL = '', DATA_DIRECTORY: _, ...others } = settings
  const usual = { ENVIRONMENT: 'test', SECRET: secret, RATE_LIMITS: 'off', EMAIL_VERIFICATION: 'optional' }
  const { baseUrl, stop } = await startWorkerServer({ ...usual, ...others }, DATABASE_URL)
  try {
    await expectRevokedWithin(lagSeconds, [baseUrl], commands)
  } finally {
    await stop()
  }
}, 90_000)
