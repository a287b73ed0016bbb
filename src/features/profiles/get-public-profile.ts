import type { Context } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import type { UserRow } from './contract'
import type { PublicProfile } from './public-contract'
import { findPublicUser } from './public-queries'
import { readAttributes } from './read-attributes'
import { readVisibility } from './read-visibility'

/** Field by field, so that a new one is shown to nobody until someone decides otherwise. */
const toPublicProfile = (ctx: Context, row: UserRow, isSignedIn: boolean): PublicProfile => {
  const visibility = readVisibility(ctx.profileSchema, row)
  const isShown = (field: string) => visibility[field] === 'everyone' || (isSignedIn && visibility[field] === 'users')
  const shown = <Value>(field: string, value: Value): Value | null => (isShown(field) ? value : null)
  const attributes = Object.entries(readAttributes(ctx, row, ['public']))
  return {
    id: row.id,
    name: shown('name', row.name),
    bio: shown('bio', row.bio),
    website: shown('website', row.website),
    picture: shown('picture', row.picture),
    locale: shown('locale', row.locale),
    timeZone: shown('timeZone', row.timeZone),
    phone: shown('phone', row.phone),
    address: shown('address', row.address),
    email: row.emailVerifiedAt && shown('email', row.email),
    attributes: Object.fromEntries(attributes.filter(([name]) => isShown(name))),
  }
}

/**
 * What somebody shows to the caller, who may be anonymous; to its owner the same as to others. Accounts that are banned or
 * closed are as unknown as those that never were. A credential that came along has to be good.
 * Throws `not-found`, `invalid-access-token`, `session-revoked`.
 */
export async function getPublicProfile(ctx: Context, { id }: { id: string }): Promise<PublicProfile> {
  const { actor } = ctx
  if (actor.kind === 'anonymous' && actor.rejected) throw actor.rejected
  const caller = actor.kind === 'user' ? actor : { userId: null, sessionId: null }
  const { userId, sessionId } = caller
  const [row] = await findPublicUser(ctx.db, { id, userId, sessionId, now: ctx.clock.now() })
  if (actor.kind === 'user' && !row?.isSignedIn) throw sessionRevoked()
  if (!row || row.id === null) throw notFound()
  return toPublicProfile(ctx, row, row.isSignedIn)
}
