import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildClient } from './build-client'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The client’s types are Hono’s; nothing else of what the server needs goes to who installs it. */
const needed = 'hono'

/**
 * Writes the package of the client as it is published: its files, and a package.json that names no dependency of the server.
 * @param client where `bun run types` put it
 * @param directory where to; what was there is gone
 * @param repository its address, which npm compares with the one that the provenance names
 */
export const buildPackage = async (client: string, directory: string, repository?: string): Promise<void> => {
  const { name, version, description, license, type, files, exports, dependencies } = Object(
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  )
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  await cp(client, join(directory, 'dist/client'), { recursive: true })
  const manifest = {
    ...{ name, version, description, license, type, sideEffects: false, files, exports },
    dependencies: { [needed]: dependencies[needed] },
    ...(repository && { repository: { type: 'git', url: `git+${repository}.git` } }),
  }
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'))
  await cp(join(root, 'docs/client.md'), join(directory, 'README.md'))
}

if (import.meta.main) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: path } = process.env
  const client = join(root, 'dist/client')
  await buildClient(client)
  await buildPackage(client, process.argv[2] ?? join(root, 'dist/package'), server && path && `${server}/${path}`)
}
