import { zValidator } from '@hono/zod-validator'
import type * as z from 'zod'
import { toFieldErrors } from '#core/field-errors'
import { type FieldError, invalidFields, notFound, unsupportedMediaType } from '#core/problems'
import { findUnplainTexts } from '#core/text'
import { type ValidatedPart, validatedPart } from './describe'

const json = ['application/json']
/** A body that is a merge patch may say so (RFC 7396), or be called JSON. */
export const mergePatchTypes = [...json, 'application/merge-patch+json']

const typeOf = (contentType: string | undefined) => (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** Whether a body is what `validate('json')` reads. */
export const isJson = (contentType: string | undefined): boolean => json.includes(typeOf(contentType))

const notPlain = (pointer: string): FieldError => ({
  pointer,
  code: 'invalid_text',
  message: 'Line breaks, control characters, malformed Unicode and deep nesting are not accepted.',
})

/**
 * Parses one part of the request, or throws; so a route's type is its success. A body must be JSON of plain text
 * (`unsupported-media-type`, `malformed-request`, `invalid-request`); a path that can't exist is `not-found`.
 */
export const validate = <Target extends ValidatedPart['target'], Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
  mediaTypes = json,
) => {
  const part: ValidatedPart = { target, schema, mediaTypes }
  const validator = zValidator(target, schema, async (result, c) => {
    if (target === 'param' && !result.success) throw notFound()
    if (target === 'json') {
      if (!mediaTypes.includes(typeOf(c.req.header('content-type')))) throw unsupportedMediaType()
    }
    const unplain = findUnplainTexts(target === 'json' ? await c.req.json() : result.data)
    if (target === 'param' && unplain.length > 0) throw notFound()
    if (unplain.length > 0) throw invalidFields(unplain.map(notPlain))
    if (!result.success) throw invalidFields(toFieldErrors(result.error.issues))
  })
  return Object.assign(validator, { [validatedPart]: part })
}
