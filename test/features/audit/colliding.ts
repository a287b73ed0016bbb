import type { World } from '../../platform'
import { listEvents } from './events'

/** Challenges for passkeys are not among them: those are used up whatever comes of it. */
export const tables = [
  ...[
    '"user"',
    'password',
    'session',
    'email_token',
    'code_attempt',
    'lockout',
    'message',
    'audit_event',
    'signing_key',
  ],
  ...['totp_authenticator', 'recovery_code', 'passkey', 'second_factor_demand', 'log_in_challenge', 'trusted_device'],
  ...['role', 'role_assignment', 'preference', 'terms_acceptance', 'pgboss.job'],
  ...['role_assignment', 'preference', 'terms_acceptance', 'pgboss.job'],
  ...['organization', 'organization_member', 'organization_role', 'invitation'],
]

/** Every row of every table. */
export const everything = (world: World) =>
  Promise.all(
    tables.map((table) => world.db.run(`select * from ${table} as one order by 1, 2, one::text`, [], 'objects')),
  )

/** An instance whose every id is that of an event that is recorded. */
export const startColliding = async (world: World) => {
  const [taken] = await listEvents(world)
  // Ids are unique among those that are kept as long.
  const other = taken?.retention === 'security' ? 'activity' : 'security'
  await world.db.run(
    `insert into audit_event select (jsonb_populate_record(e, jsonb_build_object('retention', $1::text))).*
    from audit_event e where id = $2::uuid`,
    [other, taken?.id],
    'objects',
  )
  let used = 0
  const next = () => {
    used += 1
    return String(taken?.id)
  }
  return { colliding: world.startAnother({}, { ids: { next } }), isUsed: () => used > 0 }
}
