import { type Database, type Driver, openDatabase } from '#db/database'

/** The tables that belong to tenants. */
export const tenantTables = [
  'organization',
  'organization_member',
  'organization_role',
  'team',
  'team_member',
  'invitation',
  'organization_domain',
  'service_account',
  'api_key',
]

const aboutTenants = new RegExp(`(?:from|join|update|into)\\s+"?(?:${tenantTables.join('|')})"?\\s`, 'i')

/** A statement on a tenant's rows, and whether row-level security held it to one. */
export interface WatchedStatement {
  text: string
  isWithin: boolean
}

/** The same database; each statement that names a table of tenants is appended to `seen`, with the role it ran as. */
export const watchTenants = (db: Database, seen: WatchedStatement[]): Database => {
  const driverOf = (inner: Database, isWithin: boolean): Driver => {
    const state = { isWithin }
    return {
      run: (text, values, rows) => {
        if (text.includes(`set_config('role'`)) state.isWithin = values[0] === 'postern_tenant'
        else if (aboutTenants.test(text)) seen.push({ text, isWithin: state.isWithin })
        return inner.run(text, values, rows)
      },
      script: (text) => inner.script(text),
      begin: (work) => inner.transaction((tx) => work(driverOf(tx, state.isWithin))),
    }
  }
  return openDatabase(driverOf(db, false))
}
