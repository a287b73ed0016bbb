import { afterAll, beforeAll, expect } from 'bun:test'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type CommandResult, runCommand } from './server-process'

/** The operator's commands as processes, on a real Postgres of their own, for the tests of one file. */
export const openCommands = () => {
  const folder = makeTemporaryFolder()
  let database: RealDatabase
  const settings: Record<string, string> = { DATA_DIRECTORY: folder, MFA_REQUIRED_ROLES: 'nobody' }
  beforeAll(async () => {
    database = await openRealDatabase()
    settings.DATABASE_URL = database.url
  }, 60_000)
  afterAll(() => database[Symbol.asyncDispose]())

  const postern = (...words: string[]): Promise<CommandResult> => runCommand(settings, ...words)

  /** What `--json` printed: one document, and nothing else. */
  const jsonOf = async (...words: string[]): Promise<unknown> => {
    const { exitCode, output, errors } = await postern(...words, '--json')
    if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}: ${errors}`)
    expect(output.split('\n').length).toBe(1)
    return JSON.parse(output)
  }
  return {
    folder,
    settings,
    postern,
    jsonOf,
    sql: (...query: Parameters<RealDatabase['sql']>) => database.sql(...query),
  }
}

export const newAddress = () => `${crypto.randomUUID()}@example.com`
export const Made = z.object({ id: z.string(), email: z.string(), link: z.string().optional() })
