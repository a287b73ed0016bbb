import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = join(import.meta.dir, '..')

interface SourceFile {
  path: string
  text: string
  /** What it imports: a path in the repository, or a package. */
  imports: { target: string; isType: boolean }[]
}

const resolve = (from: string, name: string): string => {
  if (name.startsWith('#db/')) return `${name.slice(1)}.ts`
  if (name.startsWith('#')) return `src/${name.slice(1)}.ts`
  if (!name.startsWith('.')) return name
  const path = normalize(join(dirname(from), name))
  const isJsx = existsSync(join(root, `${path}.tsx`))
  return /\.\w+$/.test(path) ? path : `${path}.${isJsx ? 'tsx' : 'ts'}`
}

const importLine = /^(?:import|export) (type )?(?:[^'";]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm

const read = async (path: string): Promise<SourceFile> => {
  const text = await Bun.file(join(root, path)).text()
  const imports = [...text.matchAll(importLine)].map(([, type, name, dynamicName]) => ({
    target: resolve(path, name ?? dynamicName ?? ''),
    isType: type !== undefined,
  }))
  return { path, text, imports }
}

const filesIn = (pattern: string) => Promise.all([...new Bun.Glob(pattern).scanSync(root)].sort().map(read))

const sources = await filesIn('{src,db}/**/*.{ts,tsx}')
const features = sources.filter(({ path }) => path.startsWith('src/features/'))
const entries = ['bun', 'worker', 'worker-annex', 'worker-jobs', 'cli', 'binary'].map((name) => `src/${name}.ts`)

/** Who may import what; the first line that fits a file counts. */
const rules: [files: RegExp, mayImport: RegExp][] = [
  [/^db\//, /^(db\/|drizzle-orm\b)/],
  [/^src\/(core\/|profile-schema\.ts$)/, /^(src\/core\/|db\/database\.ts$|zod$)/],
  [/^src\/platform\//, /^(src\/(platform|core)\/|db\/|(?!src\/|hono\b)[@\w])/],
  [/^src\/backups\//, /^(src\/(backups|core|platform|features\/audit-trail)\/|db\/|zod$|modern-tar$)/],
  [/^src\/http\//, /^(src\/(http|core)\/|hono\b|@hono\/zod-validator$|zod$|zod-openapi$)/],
  [/^src\/features\/[\w-]+\/(([\w-]+-)?routes|[\w-]+-page)\.ts$/, /^(src\/(core|http|features)\/|hono\b|zod$)/],
  [/^src\/features\/[\w-]+\/([\w-]+-)?(queries|fragments)\.ts$/, /^(src\/(core|features)\/|db\/|drizzle-orm\b)/],
  [/^src\/features\/notifications\/templates\/[\w-]+\.tsx$/, /^(src\/features\/|hono\b)/],
  [
    /^src\/features\//,
    /^(src\/(core|features)\/|db\/(database|schema-version|tenant|personal-data(\/marks)?)\.ts$|(zod|jose|cron-parser|otpauth|uqr|oauth4webapi|fflate|@noble\/hashes\/sha2\.js)$)/,
  ],
  [/^src\/(((compose|everyday|annex)-)?app|\w+-(mounts|paths|handlers|worker)|static-pages)\.ts$/, /^(src\/|hono\b)/],
  [/^src\/client(\.ts|\/)/, /^(src\/client\/|src\/features\/[\w-]+\/(([\w-]+-)?routes|problems)\.ts$|hono\/client$)/],
  [/^src\/((bun|worker|worker-annex|worker-jobs|cli|binary)\.ts$|cli\/)/, /./],
]

test('every file imports only what its folder may', () => {
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(250)
  const broken = sources.flatMap(({ path, imports }) => {
    const [, mayImport] = rules.find(([files]) => files.test(path)) ?? []
    return imports.filter(({ target }) => !mayImport?.test(target)).map(({ target }) => `${path} → ${target}`)
  })
  expect(broken).toEqual([])
})

test('nothing imports an entry but the one that chooses among them, and only the lists of mounts and the client know routes', () => {
  const importers = sources.filter(({ path }) => path !== 'src/binary.ts')
  const broken = importers.flatMap(({ path, imports }) =>
    imports
      .filter(
        ({ target }) =>
          entries.includes(target) || (/[/-]routes\.ts$/.test(target) && !/^src\/(\w+-mounts|client)\.ts$/.test(path)),
      )
      .map(({ target }) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

test('the client takes nothing of the server along but types', () => {
  const broken = sources
    .filter(({ path }) => path.startsWith('src/client'))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isType }) => target.startsWith('src/features/') && !isType)
        .map(({ target }) => `${path} → ${target}`),
    )
  expect(broken).toEqual([])
})

/** Each may import from those before it. */
const inOrder =
  'audit jobs profiles access notifications sessions idempotency authenticators federation api-keys accounts organizations data-rights admin bulk operations audit-trail doctor'
const order = inOrder.split(' ')
const featureOf = (path: string) => /^src\/features\/([\w-]+)\//.exec(path)?.[1]
const nameOf = (path: string) => /([\w-]+)\.tsx?$/.exec(path)?.[1] ?? ''
const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const exportsItsName = (path: string): boolean => {
  const { text = '' } = sources.find((file) => file.path === path) ?? {}
  return new RegExp(`^export (async function\\*?|function|const) ${camelCase(nameOf(path))}\\b`, 'm').test(text)
}

const isQuery = (path: string) => /\/([\w-]+-)?(queries|fragments)\.ts$/.test(path)

const mayCross = (from: string, target: string): boolean => {
  if (/\/(([\w-]+-)?contract|problems)\.ts$|\/templates\//.test(target)) return true
  if (/[/-]fragments\.ts$/.test(target)) return isQuery(from)
  return !isQuery(target) && !/\/(([\w-]+-)?routes|[\w-]+-page)\.ts$/.test(target) && exportsItsName(target)
}

test('features stand in one order, and each imports only from those before it', () => {
  expect(features.map(({ path }) => featureOf(path)).filter((feature) => !order.includes(String(feature)))).toEqual([])
  const upward = features.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => order.indexOf(featureOf(target) ?? '') > order.indexOf(featureOf(path) ?? ''))
      .map(({ target }) => `${path} → ${target}`),
  )
  expect(upward).toEqual([])
})

test('between features go verbs, contracts, problems and templates, and fragments from query to query', () => {
  const broken = features.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => featureOf(target) && featureOf(target) !== featureOf(path) && !mayCross(path, target))
      .map(({ target }) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

test('no file imports itself by a detour', () => {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports.map(({ target }) => target)]))
  const findCircle = (path: string, trail: string[]): string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (settled.has(path)) return undefined
    const circle = (importsOf.get(path) ?? []).map((next) => findCircle(next, [...trail, path])).find(Boolean)
    settled.add(path)
    return circle
  }
  const settled = new Set<string>()
  expect(sources.map(({ path }) => findCircle(path, [])).find(Boolean)).toBeUndefined()
})

/** Files of a feature that are named by a noun: a pure rule, or several functions about one thing. */
const nouns = [
  'accounts/account-lock accounts/activation accounts/email-code accounts/password-policy',
  'accounts/action-page-texts jobs/payloads sessions/device sessions/device-token sessions/access-token sessions/key-schedule sessions/refresh-token sessions/remembered-tokens',
  'sessions/signing-keys sessions/stored-signing-keys data-rights/erasure-tokens data-rights/archive',
  'audit-trail/merkle-tree audit-trail/seal-statement audit-trail/seal-names audit-trail/record-verifier audit-trail/export-cursor',
  'profiles/avatar-names authenticators/totp authenticators/recovery-code federation/provider-tokens authenticators/passkey-options api-keys/known-keys api-keys/key-token doctor/inside-checks doctor/door-checks doctor/verdict',
].flatMap((line) => line.split(' '))

const isSpecial = (path: string) =>
  isQuery(path) || /\/(([\w-]+-)?(routes|contract)|problems)\.ts$|\/(templates|providers)\//.test(path)

test('every verb is the function that its file is named after', () => {
  const unnamed = features
    .map(({ path }) => path)
    .filter((path) => !isSpecial(path) && !nouns.includes(`${featureOf(path)}/${nameOf(path)}`))
    .filter((path) => !exportsItsName(path))
  expect(unnamed).toEqual([])
})

test('a feature has no folders in it but templates and providers', () => {
  const paths = features.map(({ path }) => path)
  const isFlat = /^src\/features\/[\w-]+\/((templates|providers)\/)?[\w-]+\.tsx?$/
  expect(paths.filter((path) => !isFlat.test(path))).toEqual([])
})

/** Where the world outside may be touched. */
const isOutside = ({ path }: SourceFile) => /^src\/(platform\/|client|cli\/)/.test(path) || entries.includes(path)

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

test('time, chance, the environment and the console come through the platform only', () => {
  const worldly =
    /\bDate\.now\(|\bnew Date\(\)|(?<!\.)\bnow\(\)(?!:)|\bperformance\.|Math\.random|getRandomValues|randomUUID|\bBun\.|\bprocess\.|\bconsole\./
  const touching = sources.filter((file) => !isOutside(file) && worldly.test(withoutComments(file.text)))
  expect(touching.map(({ path }) => path)).toEqual([])
})

test('no file is longer than 200 lines', async () => {
  const files = [...sources, ...(await filesIn('{test,deploy,bench}/**/*.ts'))]
  expect(files.filter(({ text }) => text.split('\n').length > 201).map(({ path }) => path)).toEqual([])
})

test('no file or export has a name that says nothing', () => {
  const empty = /^(utils?|helpers?|common|misc|managers?|services?|shared|impl|index|base)$/i
  const words = (name: string) => name.replaceAll(/service-?account/gi, '').split(/[-./]|(?<=[a-z])(?=[A-Z])/)
  const declared = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm
  const exported = ({ text }: SourceFile) => [...text.matchAll(declared)].map(([, name = '']) => name)
  const named = sources.flatMap((file) => [file.path, ...exported(file).map((name) => `${file.path}: ${name}`)])
  expect(named.filter((name) => words(name.replace(': ', '/')).some((word) => empty.test(word)))).toEqual([])
})

test('no type is given up, no check is silenced and nothing is put off', () => {
  const givenUp = /(?:[:<,|]|\bas)\s*any\b(?!\()|@ts-(?:ignore|nocheck|expect-error)|\b(?:TODO|FIXME|XXX|HACK)\b/
  expect(sources.filter(({ text }) => givenUp.test(text)).map(({ path }) => path)).toEqual([])
})
