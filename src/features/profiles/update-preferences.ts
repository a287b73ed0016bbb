import { type Context, requireUser } from '#core/context'
import { toFieldErrors } from '#core/field-errors'
import { allows, type Precondition, type Versioned } from '#core/precondition'
import { retryAfter } from '#core/problem'
import { type FieldError, invalidFields, overloaded, preconditionFailed, sessionRevoked } from '#core/problems'
import { toPointer } from '#core/text'
import { getPreferences } from './get-preferences'
import { mergePatch } from './merge-patch'
import type { PreferenceChanges, Preferences } from './preference-contract'
import { findOwnPreferences, replaceOwnPreferences } from './preference-queries'
import { readPreferences } from './read-preferences'

/** Each time that somebody else was faster, it is tried again; of so many at once each gets its turn. */
const mostTries = 40

const mostBytes = 16 * 1024

/** A null in a patch removes what is not there; so these are looked for in it, and not in what it makes. */
const findPrototypes = (value: unknown, path: string[] = []): FieldError[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, member]) =>
        name === '__proto__'
          ? [{ pointer: toPointer([...path, name]), code: 'unrecognized_keys', message: 'This field is not known.' }]
          : findPrototypes(member, [...path, name]),
      )

/** Checks by the declaration what a patch makes of somebody's choices. Throws `invalid-request`. */
const checkChosen = (ctx: Context, chosen: Record<string, unknown>): { document: string; content: Preferences } => {
  const document = JSON.stringify(chosen)
  if (new TextEncoder().encode(document).length > mostBytes) {
    throw invalidFields([{ pointer: '', code: 'too_big', message: 'All preferences take 16 KiB at most.' }])
  }
  const parsed = ctx.profileSchema.preferences.safeParse(chosen)
  if (!parsed.success) throw invalidFields(toFieldErrors(parsed.error.issues))
  return { document, content: parsed.data as Preferences }
}

/**
 * Merges a patch (RFC 7396) into how the caller wants things, if that is of a version that they know. Changes of different
 * members at the same moment all count. Throws `unauthenticated`, `session-revoked`, `invalid-request`,
 * `precondition-failed`, `overloaded`.
 */
export async function updatePreferences(
  ctx: Context,
  changes: PreferenceChanges,
  precondition: Precondition,
): Promise<Versioned<Preferences>> {
  const { userId, sessionId } = requireUser(ctx)
  const prototypes = findPrototypes(changes)
  if (prototypes.length > 0) throw invalidFields(prototypes)
  if (Object.keys(changes).length === 0) {
    const known = await getPreferences(ctx)
    if (!allows(precondition, known.version)) throw preconditionFailed()
    return known
  }
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now = ctx.clock.now()
    const [known] = await findOwnPreferences(ctx.db, { userId, sessionId, now })
    if (!known) throw sessionRevoked()
    const version = known.version ?? '0'
    if (!allows(precondition, version)) throw preconditionFailed()
    const { chosen } = readPreferences(ctx.profileSchema, known.document ?? {})
    const { document, content } = checkChosen(ctx, mergePatch(chosen, changes))
    const [written] = await replaceOwnPreferences(ctx.db, { userId, sessionId, now, document, version })
    if (!written) throw sessionRevoked()
    if (written.version !== null) return { content, version: written.version }
  }
  throw overloaded(retryAfter(1))
}
