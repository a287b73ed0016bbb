import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { mergePatch } from '#features/profiles/merge-patch'

type Json = Record<string, unknown>

/** RFC 7396, appendix A, where target and patch are objects. */
const examples: [target: Json, patch: Json, result: Json][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
]

test.each(examples)('%j patched by %j is %j', (target, patch, result) => {
  const before = structuredClone([target, patch])
  expect(mergePatch(target, patch)).toEqual(result)
  expect([target, patch]).toEqual(before)
})

const json = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })

test('a patch says it all: applied twice it changes nothing more, and of what it sets nothing else is left', () => {
  fc.assert(
    fc.property(json, json, (target, patch) => {
      const once = mergePatch(target as Json, patch as Json)
      expect(mergePatch(once, patch as Json)).toEqual(once)
      const kept = Object.keys(target).filter((name) => !Object.hasOwn(patch, name))
      for (const name of kept) expect(once[name]).toEqual((target as Json)[name])
    }),
  )
})

test('a prototype in a patch is a member like any other', () => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}')
  const result = mergePatch({ a: {} }, patch)
  expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
  expect(Object(result).polluted).toBeUndefined()
  expect(Object(result.a).polluted).toBeUndefined()
})
