import { expect, test } from 'bun:test'
import { defineProblem, Problem, retryAfter } from '#core/problem'

test('a problem has one name in two spellings, its status and its title', () => {
  const teapotEmpty = defineProblem('teapot-is-empty', 410, 'There is no tea.')
  expect(teapotEmpty.definition).toEqual({
    slug: 'teapot-is-empty',
    code: 'teapot_is_empty',
    status: 410,
    title: 'There is no tea.',
  })
  expect(teapotEmpty()).toBeInstanceOf(Problem)
  expect(teapotEmpty().message).toBe('teapot_is_empty: There is no tea.')
  expect(teapotEmpty({ detail: 'Since noon.', cause: 'x' })).toMatchObject({
    message: 'teapot_is_empty: Since noon.',
    cause: 'x',
  })
})

test('the seconds to wait are told in the header and in the problem', () => {
  expect(retryAfter(7)).toEqual({ extensions: { retryAfterSeconds: 7 }, headers: { 'retry-after': '7' } })
})
