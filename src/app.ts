import { annexMounts } from './annex-mounts'
import { composeApp } from './compose-app'
import { everydayMounts } from './everyday-mounts'
import { serverMounts } from './server-mounts'

/** The one router with all routes. On Workers two share most of them. */
export const app = composeApp([...everydayMounts, ...annexMounts, ...serverMounts])
