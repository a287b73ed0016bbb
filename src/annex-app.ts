import { annexMounts, verificationMount } from './annex-mounts'
import { composeApp } from './compose-app'

/** The router of the annex alone. */
export const annexApp = composeApp([...annexMounts, verificationMount])
