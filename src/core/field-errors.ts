import type * as z from 'zod'
import type { FieldError } from './problems'
import { toPointer } from './text'

/**
 * What a schema finds wrong, by field. A custom rule names its code in `params`; an unknown field is one error for each.
 * @param within where in the body the schema's value stands
 */
export const toFieldErrors = (issues: readonly z.core.$ZodIssue[], within: PropertyKey[] = []): FieldError[] =>
  issues.flatMap((issue) => {
    const path = [...within, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: toPointer([...path, key]),
        code: issue.code,
        message: 'This field is not known.',
      }))
    }
    const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? issue.params.code : issue.code
    return [{ pointer: toPointer(path), code, message: issue.message }]
  })
