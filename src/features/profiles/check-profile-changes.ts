import { type FieldError, invalidFields } from '#core/problems'
import { type AttributeDeclaration, type Audience, audiences, type ProfileSchema } from '#core/profile-schema'
import { toPointer } from '#core/text'
import { checkAttributes } from './check-attributes'
import type { ProfileChanges } from './contract'
import { readVisibility } from './read-visibility'

const findVisibilityErrors = (schema: ProfileSchema, changes: Record<string, unknown>): FieldError[] => {
  const fields = readVisibility(schema, { visibility: {} })
  return Object.entries(changes).flatMap(([field, value]) => {
    const pointer = toPointer(['visibility', field])
    if (!Object.hasOwn(fields, field)) {
      return [{ pointer, code: 'unrecognized_keys', message: 'There is nothing of this name to show.' }]
    }
    return value === null || audiences.includes(value as Audience)
      ? []
      : [{ pointer, code: 'invalid_value', message: 'Give everyone, users or nobody.' }]
  })
}

/**
 * Checks by the declaration of profiles what the contract can't. Throws `invalid-request`.
 * @param visibilities of the attributes that may be changed: their owner's, unless staff does it
 */
export const checkProfileChanges = (
  schema: ProfileSchema,
  changes: ProfileChanges,
  visibilities: AttributeDeclaration['visibility'][] = ['public', 'private'],
) => {
  const { attributes, visibility } = changes
  const checked = attributes && checkAttributes(schema, attributes, visibilities)
  const errors = [...(checked?.errors ?? []), ...(visibility ? findVisibilityErrors(schema, visibility) : [])]
  if (errors.length > 0) throw invalidFields(errors)
  return { ...changes, ...(checked && { attributes: checked.values }) }
}
