import { zValidator } from '@hono/zod-validator'
import type * as z from 'zod'
import { type FieldError, invalidFields, notFound, unsupportedMediaType } from '#core/problems'
import { findUnplainTexts, toPointer } from '#core/text'
import { type ValidatedPart, validatedPart } from './describe'

/** A custom rule names its code in `params`; an unknown field is one error for each. */
const toFieldErrors = (issue: z.core.$ZodIssue): FieldError[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: toPointer([...issue.path, key]),
      code: issue.code,
      message: 'This field is not known.',
    }))
  }
  const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? issue.params.code : issue.code
  return [{ pointer: toPointer(issue.path), code, message: issue.message }]
}

const isJson = (contentType: string | undefined) => /^application\/json\s*(;|$)/i.test(contentType ?? '')

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
) => {
  const part: ValidatedPart = { target, schema }
  const validator = zValidator(target, schema, async (result, c) => {
    if (target === 'param' && !result.success) throw notFound()
    if (target === 'json') {
      if (!isJson(c.req.header('content-type'))) throw unsupportedMediaType()
    }
    const unplain = findUnplainTexts(target === 'json' ? await c.req.json() : result.data)
    if (unplain.length > 0) throw invalidFields(unplain.map(notPlain))
    if (!result.success) throw invalidFields(result.error.issues.flatMap(toFieldErrors))
  })
  return Object.assign(validator, { [validatedPart]: part })
}
