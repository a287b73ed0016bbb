import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildClient } from '../../deploy/build-client'
import { makeTemporaryFolder, repository } from '../support/folders'

export interface TypeCheck {
  /** What the compiler complains of, a line each. */
  faults: string[]
  files: string[]
  instantiations: number
  seconds: number
  memoryBytes: number
}

export interface Consumer {
  directory: string
  /** Writes a file of the project. */
  write(name: string, text: string): Promise<void>
  /** Type-checks one file with what it imports, as a project with a bundler does unless other options are given. */
  typeCheck(name: string, options?: object): Promise<TypeCheck>
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  types: [],
  strict: true,
  noEmit: true,
}

/** Makes a project outside the repository that has installed the freshly built package and its one dependency of types. */
export const createConsumer = async (): Promise<Consumer> => {
  const directory = makeTemporaryFolder()
  const installed = join(directory, 'node_modules/postern')
  await mkdir(installed, { recursive: true })
  await buildClient(join(installed, 'dist/client'))
  await copyFile(join(repository, 'package.json'), join(installed, 'package.json'))
  await symlink(join(repository, 'node_modules/hono'), join(directory, 'node_modules/hono'))
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')

  return {
    directory,
    write: (name, text) => writeFile(join(directory, name), text),
    async typeCheck(name, options = { module: 'ESNext', moduleResolution: 'bundler', skipLibCheck: true }) {
      const project = { compilerOptions: { ...compilerOptions, ...options }, files: [name] }
      await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(project))
      return parseDiagnostics(await runCompiler(['-p', directory, '--extendedDiagnostics', '--listFiles']))
    },
  }
}

/** Runs the project's own compiler at the root of the repository, and gives what it prints. */
export const runCompiler = async (options: string[]): Promise<string> => {
  const command = [process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), ...options]
  const compiler = Bun.spawn(command, { cwd: repository, stdout: 'pipe', stderr: 'inherit' })
  const [printed] = await Promise.all([new Response(compiler.stdout).text(), compiler.exited])
  return printed
}

/** Reads what the compiler prints with `--extendedDiagnostics`, and with `--listFiles` if it was given. */
export const parseDiagnostics = (printed: string): TypeCheck => {
  const lines = printed.split('\n')
  const figure = (name: string) => {
    const [, value] = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(printed) ?? []
    if (value === undefined) throw new Error(`The compiler does not say "${name}":\n${printed}`)
    return Number(value)
  }
  return {
    faults: lines.filter((line) => /error TS\d+/.test(line)),
    files: lines.filter((line) => /^\/.*\.ts$/.test(line)),
    instantiations: figure('Instantiations'),
    seconds: figure('Total time'),
    memoryBytes: figure('Memory used') * 1024,
  }
}
