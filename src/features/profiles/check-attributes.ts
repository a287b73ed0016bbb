import { toFieldErrors } from '#core/field-errors'
import type { FieldError } from '#core/problems'
import type { AttributeDeclaration, ProfileSchema } from '#core/profile-schema'
import { toPointer } from '#core/text'

export type CheckedAttributes = { values: Record<string, unknown>; errors: FieldError[] }

/**
 * Checks changes of attributes by their declarations; null, which removes one, passes. One that is not of these
 * visibilities is as unknown as one that is not declared.
 */
export const checkAttributes = (
  { attributes }: ProfileSchema,
  changes: Record<string, unknown>,
  visibilities: AttributeDeclaration['visibility'][],
): CheckedAttributes => {
  const errors: FieldError[] = []
  const values = Object.entries(changes).flatMap(([name, value]) => {
    const declared = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    if (!declared || !visibilities.includes(declared.visibility)) {
      const pointer = toPointer(['attributes', name])
      errors.push({ pointer, code: 'unrecognized_keys', message: 'This attribute is not known.' })
      return []
    }
    if (value === null) return [[name, null] as const]
    const parsed = declared.schema.safeParse(value)
    errors.push(...toFieldErrors(parsed.error?.issues ?? [], ['attributes', name]))
    return [[name, parsed.data] as const]
  })
  return { values: Object.fromEntries(values), errors }
}
