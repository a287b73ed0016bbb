import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { repository } from '../support/folders'

const text = readFileSync(join(repository, 'Dockerfile'), 'utf8')
const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8')

/** One instruction a line. */
const instructions = text
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
const valuesOf = (name: string) =>
  instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1))

test('the Dockerfile is one', () => {
  expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([])
  expect(validate(text.replace('ENTRYPOINT [', 'ENTRIPOINT ['))).not.toEqual([])
})

test('images have versions; what runs is nobody, in the form that needs no shell', () => {
  for (const image of valuesOf('FROM')) expect(image).toMatch(/^[\w./-]+:(?!latest)[\w.-]+/)
  expect(valuesOf('USER')).toEqual(['65532:65532'])
  for (const name of ['ENTRYPOINT', 'CMD']) for (const value of valuesOf(name)) expect(value).toMatch(/^\[/)
  expect(valuesOf('HEALTHCHECK')[0]).toEndWith('CMD ["/usr/bin/postern", "check-health"]')
  expect(valuesOf('STOPSIGNAL')).toEqual(['SIGTERM'])
})

test('what is copied is there, is let in by .dockerignore, and nothing else is', () => {
  const copied = valuesOf('COPY')
    .filter((words) => !words.startsWith('--'))
    .flatMap((words) => words.split(' ').slice(0, -1))
  expect(copied.filter((path) => !existsSync(join(repository, path)))).toEqual([])
  const [first, ...rest] = ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(first).toBe('*')
  expect(rest.toSorted()).toEqual(copied.map((path) => `!${path}`).toSorted())
})

test('no secret is built in', () => {
  const named = [...valuesOf('ENV'), ...valuesOf('ARG')].join(' ')
  expect(named).not.toMatch(/SECRET|TOKEN|PASSWORD|DATABASE_URL|API_KEY/)
})
