import * as schema from './better-auth-schema'
import { createBetterAuthWorker } from './better-auth-worker'

/** better-auth with passwords and nothing else. */
export default createBetterAuthWorker({ schema })
