import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '#core/config'
import { type MetricDefinition, metrics } from '#core/metrics'
import { settingMeanings } from '#core/setting-meanings'
import { assetPaths } from '#http/static-assets'
import { describeLimits } from '../deploy/build-limits-docs'
import { app } from '../src/app'
import { renderStaticPages } from '../src/static-pages'

const root = join(import.meta.dir, '..')
const page = (name: string) => Bun.file(join(root, 'docs', name)).text()

/** The cells of the row that begins with this word in code. */
const findRow = (text: string, word: string): string[] | undefined => {
  const row = text.split('\n').find((line) => line.startsWith(`| \`${word}\` |`))
  return row
    ?.split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

const names = Object.keys(settings).filter((name): name is keyof typeof settings => name in settings)

for (const name of names) {
  test(`the configuration page has ${name} with its default and its meaning`, async () => {
    const [, fallback = '', meaning] = findRow(await page('configuration.md'), name) ?? []
    expect(meaning).toBe(settingMeanings[name])
    const absent = settings[name].safeParse(undefined)
    const [, written] = /^`(.+)`$/.exec(fallback) ?? []
    if (written === undefined) {
      expect(fallback).toBe('')
      expect(Object.keys(absent.data ?? {})).toEqual([])
    } else {
      // Whoever copies it from the page gets what who sets nothing gets.
      expect(settings[name].safeParse(written)).toEqual(absent)
      expect(absent.success).toBe(true)
    }
  })
}

test('the configuration page has no setting that there is not', async () => {
  const [table = ''] = (await page('configuration.md')).split('\n## ')
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name)
  expect(listed.filter((name) => !(name in settings))).toEqual([])
})

test('the page of metrics has each of the catalogue as it is, and no other', async () => {
  const sections = (await page('observability.md')).split(/^## /m)
  const section = sections.find((text) => text.startsWith('Metrics\n')) ?? ''
  const rows = Object.entries<MetricDefinition>(metrics).map(
    ([name, { kind, labels, help }]) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  )
  expect(section.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows)
})

/** Every problem that the source defines, by its own line there. */
const listSlugs = async (): Promise<string[]> => {
  const files = [...new Bun.Glob('src/**/problems.ts').scanSync(root)]
  const texts = await Promise.all(files.map((path) => Bun.file(join(root, path)).text()))
  return texts.flatMap((text) => [...text.matchAll(/defineProblem\(\s*'([\w-]+)'/g)].map(([, slug = '']) => slug))
}

test('every problem has a section that says when it comes, with its status', async () => {
  const text = await page('problems.md')
  const slugs = await listSlugs()
  expect(slugs.length).toBeGreaterThan(15)
  expect(slugs.filter((slug) => !new RegExp(`^## ${slug}\\n+\\d{3}[.,] \\S`, 'm').test(text))).toEqual([])
})

test('the problems page has no problem that there is not', async () => {
  const slugs = await listSlugs()
  const sections = [...(await page('problems.md')).matchAll(/^## ([a-z]+(?:-[a-z]+)+|[a-z]+)$/gm)].map(
    ([, slug = '']) => slug,
  )
  expect(sections.filter((section) => !slugs.includes(section))).toEqual([])
})

const pages = (await renderStaticPages()).map(([path]) => path)
const routes = new Set([
  ...app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
  ...[assetPaths.openApiDocument, ...pages].map((path) => `GET ${path}`),
])

test('the tables of the page of limits are those that the router reads', async () => {
  const text = await page('limits.md')
  expect(describeLimits(text)).toBe(text)
})

test('every route and every page is on the page of the API', async () => {
  const text = await page('api.md')
  expect([...routes].filter((route) => !text.includes(`\`${route}\``))).toEqual([])
})

test('the page of the API has no route that there is not', async () => {
  const text = await page('api.md')
  const listed = [...text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^\s`]*)`/g)].map(([, route = '']) => route)
  expect(listed.filter((route) => !routes.has(route))).toEqual([])
})

test('links between pages lead to pages and headings that there are', async () => {
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(' ', '-')
  const headingsOf = async (name: string) =>
    [...(await page(name)).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => anchorOf(text))
  const broken: string[] = []
  for (const name of new Bun.Glob('*.md').scanSync(join(root, 'docs'))) {
    for (const [, target = '', anchor] of (await page(name)).matchAll(/\]\(([\w./-]*)(?:#([\w-]+))?\)/g)) {
      const linked = target === '' ? name : target
      const exists = existsSync(join(root, 'docs', linked))
      const found = exists && (anchor === undefined || (await headingsOf(linked)).includes(anchor))
      if (!found) broken.push(`${name}: ${target}${anchor ? `#${anchor}` : ''}`)
    }
  }
  expect(broken).toEqual([])
})

test('every file that the pages name is there', async () => {
  const pages = ['*.md', 'docs/*.md'].flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(root)])
  const named = await Promise.all(
    pages.map(async (name) => {
      const text = await Bun.file(join(root, name)).text()
      return [...text.matchAll(/`((?:src|db|test|bench|deploy|docs|examples)\/[\w./-]+\.\w+)`/g)].map(
        ([, path]) => path,
      )
    }),
  )
  const files = named.flat().filter((path) => path !== undefined)
  expect(files.length).toBeGreaterThan(60)
  const there = await Promise.all(files.map((path) => Bun.file(join(root, path)).exists()))
  expect(files.filter((_, index) => !there[index])).toEqual([])
})
