import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What a call answers is a type of these, JSON of any shape included. */
const typesOfHono = ['hono/client', 'hono/utils/types']
const anyImport = /(?:from|import\()\s*['"]([^'"]+)['"]/g
const ownImport = /(?<=(?:from|import\()\s*)['"](\.[^'"]+)['"]/g

/** Runs the compiler on `src/client.ts`; it also writes declarations of server files, which nobody gets. */
const emitDeclarations = async (directory: string): Promise<void> => {
  const compiler = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin/tsc')
  const command = [process.execPath, compiler, '-p', join(root, 'src/client.tsconfig.json'), '--outDir', directory]
  const { exited } = Bun.spawn(command, { stdout: 'inherit', stderr: 'inherit' })
  if ((await exited) !== 0) throw new Error('The client does not compile.')
}

/**
 * Copies a declaration file and those that it imports, by paths relative to both directories. Their imports get the
 * extension that consumers with `nodenext` insist on.
 * Throws for an import of anything but Hono's types: it would pull the server into every consumer.
 */
const copyDeclarations = async (from: string, to: string, file: string, copied = new Set<string>()): Promise<void> => {
  if (copied.has(file)) return
  copied.add(file)
  const text = await readFile(join(from, file), 'utf8')
  await mkdir(dirname(join(to, file)), { recursive: true })
  await writeFile(join(to, file), text.replaceAll(ownImport, "'$1.js'"))
  for (const [, specifier = ''] of text.matchAll(anyImport)) {
    if (typesOfHono.includes(specifier)) continue
    const [, name] = /^\.\/((?:client\/)?[\w-]+)$/.exec(specifier) ?? []
    if (name === undefined) throw new Error(`${file} imports ${specifier}, which the client may not.`)
    await copyDeclarations(from, to, join(dirname(file), `${name}.d.ts`), copied)
  }
}

const bundle = async (directory: string): Promise<void> => {
  const { outputs } = await Bun.build({
    entrypoints: [join(root, 'src/client.ts')],
    target: 'browser',
    format: 'esm',
    naming: 'client.js',
    outdir: directory,
  })
  if (outputs.length !== 1) throw new Error(`The client is one file, not ${outputs.length}.`)
}

/**
 * Builds the package's `./client` export: one JavaScript file for browsers and servers, and the declarations it needs.
 * What was there is replaced at once, when everything is ready.
 * @param directory where to; made if it is not there
 * Throws when the client does not compile or reaches into the server.
 */
export const buildClient = async (directory: string): Promise<void> => {
  await mkdir(dirname(directory), { recursive: true })
  const work = await mkdtemp(join(dirname(directory), '.client-'))
  const [declarations, built] = [join(work, 'declarations'), join(work, 'built')]
  try {
    await emitDeclarations(declarations)
    await copyDeclarations(join(declarations, 'src'), built, 'client.d.ts')
    await bundle(built)
    await rm(directory, { recursive: true, force: true })
    await rename(built, directory)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

if (import.meta.main) await buildClient(join(root, 'dist/client'))
