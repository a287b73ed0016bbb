import type { Context } from '#core/context'
import { inSize } from './avatar-names'
import { getProfile } from './get-profile'
import { initialsOf } from './initials-of'

/** The address of the caller's picture, or of their initials. Throws `unauthenticated`, `session-revoked`. */
export async function findAvatar(ctx: Context, size: string): Promise<string> {
  const { content } = await getProfile(ctx)
  const { picture, name, email } = content
  if (picture !== null) return inSize(picture, size)
  return `${ctx.config.BASE_URL}/v1/avatars/initials/${encodeURIComponent(initialsOf(name ?? email))}`
}
