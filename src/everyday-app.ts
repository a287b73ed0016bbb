import { composeApp } from './compose-app'
import { everydayMounts } from './everyday-mounts'

/** All that the API's Worker answers itself. It is a file of its own there, which is read at the first request that needs it. */
export const everydayApp = composeApp(everydayMounts)
