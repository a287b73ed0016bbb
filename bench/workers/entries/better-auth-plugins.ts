import { apiKey } from '@better-auth/api-key'
import { passkey } from '@better-auth/passkey'
import { organization } from 'better-auth/plugins/organization'
import { twoFactor } from 'better-auth/plugins/two-factor'
import * as ofPlugins from './better-auth-plugin-schema'
import * as schema from './better-auth-schema'
import { createBetterAuthWorker } from './better-auth-worker'

/** better-auth with its plugins for what Postern has too. */
export default createBetterAuthWorker({
  schema: { ...schema, ...ofPlugins },
  plugins: [twoFactor(), organization(), passkey(), apiKey()],
})
