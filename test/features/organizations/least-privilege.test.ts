import { expect, test } from 'bun:test'
import { withinTenant } from '#db/tenant'
import { migrateEmbedded } from '#platform/migrate'
import { openPglite } from '#platform/pglite'
import { plantTenant, run } from './planted-tenants'

/** A database of its own as a user sees it who owns it and is no superuser. */
const openAs = async (attributes: string, before: string[] = []) => {
  const { db, close } = await openPglite()
  for (const text of [
    `create role app login ${attributes}`,
    'grant create on database postgres to app',
    'grant all on schema public to app',
    ...before,
    'set session authorization app',
  ]) {
    await db.script(text)
  }
  return { db, close }
}

test.each([
  ['may make roles', 'createrole', []],
  [
    'may not, where the role was made before',
    'nocreaterole',
    ['create role postern_tenant nologin nobypassrls', 'grant postern_tenant to app'],
  ],
])(
  'a user who is no superuser and %s migrates, and acts within a tenant',
  async (_, attributes, before) => {
    const { db, close } = await openAs(attributes, before)
    try {
      await migrateEmbedded(db)
      const [ours, theirs] = [await plantTenant(db, ['api_key']), await plantTenant(db, ['api_key'])]
      expect(await run(db, 'select 1 from organization')).toHaveLength(2)
      const mine = await withinTenant(db, ours.organizationId, (tenant) => run(tenant, 'select id from organization'))
      expect(mine).toEqual([{ id: ours.organizationId }])
      const others = await withinTenant(db, ours.organizationId, (tenant) =>
        run(tenant, 'delete from organization where id = $1::uuid returning 1', [theirs.organizationId]),
      )
      expect(others).toEqual([])
    } finally {
      await close()
    }
  },
  60_000,
)
