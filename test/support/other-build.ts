import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeTemporaryFolder, repository } from './folders'
import { type NextMigration, writeMigrations } from './migrations-folder'

/** Another build than this: its root, and what migrations it has. */
export interface OtherBuild {
  root: string
  migrations: string[]
}

/**
 * A build of this code with other migrations: the first so many of ours, or all, and others after them. Its migrations are no
 * fewer real for it: its commands and servers read them as they read ours.
 */
export const makeBuild = ({ next = [], first }: { next?: NextMigration[]; first?: number }): OtherBuild => {
  const root = join(makeTemporaryFolder(), 'build')
  mkdirSync(root)
  for (const name of ['src', 'db', 'package.json', 'tsconfig.json']) {
    cpSync(join(repository, name), join(root, name), { recursive: true })
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  return { root, migrations: writeMigrations(join(root, 'db/migrations'), next, first) }
}
