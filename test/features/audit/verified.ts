import { verifyStoredRecord } from '#features/audit-trail/verify-stored-record'
import type { World } from '../../platform'

/** How many records there are, and how their personal parts stand beside their digests: `broken` has ids. */
export const verifyPersonalParts = async (world: World) => {
  const found = await verifyStoredRecord(world.contextOf({ kind: 'system', job: 'postern audit verify' }))
  const { sealed, unsealed, before, destroyed, bare, faults } = found
  return { checked: sealed + unsealed + before, destroyed, bare, broken: faults.map(({ id }) => String(id)) }
}
