import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BunPlugin } from 'bun'

/**
 * Writes the server and the operator's commands as one executable file for this machine's kind: dist/postern, or where the first
 * word says. What modules read from beside themselves is put into it; nothing else is needed to run it.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const outfile = process.argv[2] ?? join(root, 'dist/postern')

/** Files that are read at run time, and where modules look for them, as if this were the root of the repository. */
const pglite = 'node_modules/@electric-sql/pglite/dist'
const files = [
  'db/migrations',
  ...['pglite.wasm', 'pglite.data', 'initdb.wasm', 'pg_trgm.tar.gz'].map((name) => `${pglite}/${name}`),
  'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm',
  'node_modules/@jsquash/webp/codec/enc/webp_enc.wasm',
  'node_modules/@scalar/api-reference/dist/browser/standalone.js',
  'node_modules/@zxcvbn-ts/language-common/src/passwords.json',
].map((path) => ({ from: path, to: path.replace('api-reference/dist/', '') }))

/** Where Bun shows a binary the folder `files` that was put into it. */
const embedded = 'file:///$bunfs/root/files/'

/** Modules that look beside themselves; in the binary they look there. */
const readers =
  /\/(pglite\/dist\/.*\.js|src\/platform\/(migration-files|known-tables|packaged-password-list|reference-script|image-modules|image-spawner)\.ts)$/

const lookInside: BunPlugin = {
  name: 'look inside',
  setup: (build) =>
    void build.onLoad({ filter: readers }, async ({ path, loader }) => {
      const text = await Bun.file(path).text()
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(embedded + relative(root, path)))
        .replaceAll('import.meta.resolve(', `(${JSON.stringify(`${embedded}node_modules/`)} + `)
        // Bun reads what is inside at once, and not by streams of Node.js.
        .replaceAll(/(\w+)\.createReadStream\((\w+)\)/g, '[await $1.promises.readFile($2)]')
      return { contents, loader }
    }),
}

const folder = mkdtempSync(join(tmpdir(), 'postern-binary-'))
try {
  for (const { from, to } of files) {
    const place = join(folder, 'files', to)
    mkdirSync(dirname(place), { recursive: true })
    cpSync(join(root, from), place, { recursive: true })
  }
  await Bun.build({
    entrypoints: [join(root, 'src/binary.ts')],
    target: 'bun',
    // Names stay: they are read in logs and traces.
    minify: { whitespace: true, syntax: true, identifiers: false },
    plugins: [lookInside],
    compile: { outfile, assets: [join(folder, 'files')], autoloadDotenv: false, autoloadBunfig: false },
  })
} finally {
  rmSync(folder, { recursive: true })
}
console.log(outfile)
