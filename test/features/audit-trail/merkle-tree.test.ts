import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { canonicalJson } from '#features/audit-trail/canonical-json'
import type { AuditRecord } from '#features/audit-trail/contract'
import { matchLeaves } from '#features/audit-trail/match-leaves'
import { joinLeaves, leafOf, pathOf, rootByPath, rootOf, splitLeaves } from '#features/audit-trail/merkle-tree'
import { recordLeaf } from '#features/audit-trail/record-leaf'

/** The test vectors of the reference implementation of RFC 6962: the roots over the first of these, then the first two, … */
const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const leafOfHex = (hex: string) => leafOf(Buffer.from(hex, 'hex').toString('latin1'))

test('the roots are those of RFC 6962', () => {
  expect(roots.map((_, count) => rootOf(inputs.slice(0, count).map(leafOfHex)).toHex())).toEqual(roots)
})

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The definition of RFC 6962, section 2.1, as it is written. */
const definedRoot = (leaves: Uint8Array[]): Uint8Array => {
  const [only, ...more] = leaves
  if (!only) return sha256()
  if (more.length === 0) return only
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1))
  return sha256('\u0001', definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)))
}

const leavesOf = (texts: string[]) => texts.map(leafOf)
const someLeaves = fc.array(fc.string(), { minLength: 1, maxLength: 70 }).map(leavesOf)

test('the root is what the definition says', () => {
  fc.assert(
    fc.property(someLeaves, (leaves) => rootOf(leaves).toHex() === Buffer.from(definedRoot(leaves)).toString('hex')),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => leafOf(text).toHex() === sha256('\0', text).toString('hex')),
  )
})

test('each leaf has a path to the root, and to no other root, place or size', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 70 }), fc.nat(), (texts, any) => {
      const leaves = leavesOf(texts)
      const [count, index] = [leaves.length, any % leaves.length]
      const [path, root, leaf] = [pathOf(leaves, index), rootOf(leaves).toHex(), leaves[index] ?? leafOf('')]
      const reached = (change: object) => rootByPath(leaf, { index, count, path, ...change })?.toHex() === root
      expect(reached({})).toBe(true)
      expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)))
      const elsewhere = leaves.map((_, other) => other).filter((other) => other !== index)
      expect(elsewhere.filter((other) => reached({ index: other }))).toEqual([])
      for (const wrong of [{ index: -1 }, { index: count }, { path: [...path, leaf] }, { index: 0.5 }])
        expect(reached(wrong)).toBe(false)
      if (path.length > 0) expect(reached({ path: path.slice(1) })).toBe(false)
      if (path.length > 0) expect(reached({ path: path.with(0, leafOf('another')) })).toBe(false)
      expect(rootByPath(leafOf('another one'), { index, count, path })?.toHex()).not.toBe(root)
    }),
  )
})

test('leaves in one piece are the same ones again', () => {
  fc.assert(fc.property(someLeaves, (leaves) => joinLeaves(splitLeaves(joinLeaves(leaves))) === joinLeaves(leaves)))
})

test('JSON is written as RFC 8785 has it', () => {
  const numbers = '[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]'
  const sample = `{"numbers":${numbers},"string":"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}`
  expect(canonicalJson(JSON.parse(sample))).toBe(
    `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
  )
  const names = {
    '\u20ac': 1,
    '\r': 2,
    '\ufb33': 3,
    '1': 4,
    '\ud83d\ude00': 5,
    '\u0080': 6,
    '\u00f6': 7,
    '10': 8,
    '9': 9,
  }
  const sorted = canonicalJson(names).match(/\d(?=[,}])/g)
  expect(sorted?.map(Number)).toEqual([2, 4, 8, 9, 6, 7, 1, 5, 3])
  fc.assert(
    fc.property(fc.jsonValue(), (value) =>
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
    ),
  )
})

const text = fc.option(fc.string({ unit: 'binary' }))

test('the leaf of a record is that of its canonical form', () => {
  const records: fc.Arbitrary<AuditRecord> = fc.record({
    position: fc.nat(),
    id: fc.uuid(),
    occurredAt: fc.string(),
    type: fc.string(),
    retention: fc.constantFrom('security', 'activity'),
    outcome: fc.constantFrom('done', 'refused', 'failed'),
    actorKind: fc.string(),
    ...{ actorId: text, credential: text, userId: text, sessionId: text, traceId: text, personalDigest: text },
    requestId: fc.string(),
    data: fc.dictionary(fc.string(), fc.jsonValue()),
  })
  fc.assert(fc.property(records, (record) => recordLeaf(record).toHex() === leafOf(canonicalJson(record)).toHex()))
})

const seenOf = (texts: string[]) => texts.map((id, at) => ({ id, position: at + 1, leaf: leafOf(id) }))

test('whatever is taken out, put in or changed is named, and nothing else', () => {
  const ids = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 40 })
  fc.assert(
    fc.property(ids, fc.nat(), (texts, any) => {
      const [at, leaves] = [any % texts.length, leavesOf(texts)]
      const named = (changed: string[]) =>
        matchLeaves(seenOf(changed), leaves).map(({ what, record, index, count }) => [what, record?.id, index, count])
      expect(named(texts)).toEqual([])
      expect(named(texts.toSpliced(at, 1))).toEqual([['missing', texts[at - 1], at, 1]])
      expect(named(texts.toSpliced(at, 0, 'another'))).toEqual([['inserted', 'another', at, 1]])
      expect(named(texts.with(at, 'another'))).toEqual([['altered', 'another', at, 1]])
      expect(named([])).toEqual([['missing', undefined, 0, texts.length]])
      const moved = texts.toSpliced(at, 1)
      moved.push(texts[at] ?? '')
      if (at < texts.length - 1) expect(named(moved).map(([what]) => what)).toEqual(['missing', 'out of order'])
    }),
  )
})
