import { isPublicAddress } from '#core/public-address'
import type { DatabaseFacts, Inside } from './contract'
import { found, skipAll, skipped, type Verdict, verdictOf } from './verdict'

const mostSkewMs = 2000

const ofDatabase = [
  ...(['database-unencrypted', 'database-clock', 'schema-behind', 'schema-ahead', 'role-superuser'] as const),
  ...(['role-owner', 'role-rewrites-record', 'role-lacks-rights', 'reads-cached', 'secret-differs'] as const),
]

/** Each right implies those after it, so the first that is too much says it all. */
const judgeRole = (facts: DatabaseFacts): Verdict[] => {
  const { role, isSuperuser, bypassesRowSecurity, ownsTables, mayRewriteRecord, lacks } = facts
  const tooMuch = isSuperuser || bypassesRowSecurity
  const words = isSuperuser ? 'is a superuser' : 'has BYPASSRLS'
  return [
    verdictOf('role-superuser', tooMuch && `the role ${role} ${words}`),
    verdictOf('role-owner', !tooMuch && ownsTables && `the role ${role} owns tables`),
    verdictOf('role-rewrites-record', !tooMuch && !ownsTables && mayRewriteRecord && `the role ${role} may`),
    verdictOf('role-lacks-rights', lacks.length > 0 && `the role ${role} lacks ${lacks.join(', ')}`),
  ]
}

const judgeSchema = ({ appliedVersion, knownVersion }: DatabaseFacts): Verdict[] => {
  const at = (version: number) => (version === 0 ? 'nothing' : new Date(version).toISOString())
  const seen = `applied is ${at(appliedVersion)}, this build knows ${at(knownVersion)}`
  return [
    verdictOf('schema-behind', appliedVersion < knownVersion && seen),
    verdictOf('schema-ahead', appliedVersion > knownVersion && seen),
  ]
}

/** Judges the database: who we are there, and whether it says what was said to it. */
export function judgeDatabase({ database, cache, keys, settings }: Inside): Verdict[] {
  if (database === null) {
    return [found('database-away', 'it gave no answer'), ...skipAll(ofDatabase, 'the database is away')]
  }
  const { skewMilliseconds, clientAddress, isEncrypted } = database
  const isExposed = clientAddress !== null && isPublicAddress(clientAddress) && !isEncrypted
  const isBehind = database.appliedVersion < database.knownVersion
  const unknown = isBehind ? 'the schema is behind' : 'the database did not say'
  return [
    verdictOf('database-away', undefined),
    verdictOf('database-unencrypted', isExposed && `it sees us come from ${clientAddress}, without TLS`),
    verdictOf(
      'database-clock',
      Math.abs(skewMilliseconds) > mostSkewMs && `it is ${Math.round(skewMilliseconds / 1000)} s ahead of the server`,
    ),
    ...judgeSchema(database),
    ...(settings.isDatabaseEmbedded
      ? skipAll(
          ['role-superuser', 'role-owner', 'role-rewrites-record', 'role-lacks-rights'],
          'the database is embedded',
        )
      : judgeRole(database)),
    cache === null
      ? skipped('reads-cached', unknown)
      : verdictOf('reads-cached', cache.stale > 0 && `${cache.stale} of ${cache.rounds} reads were old ones`),
    keys === null
      ? skipped('secret-differs', unknown)
      : verdictOf('secret-differs', !keys.isOpened && 'it does not open the newest signing key'),
  ]
}
