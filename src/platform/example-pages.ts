import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../examples/', import.meta.url))
const client = fileURLToPath(new URL('../client.ts', import.meta.url))

const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

/** A page's script, with the client that it imports by its published name. */
const buildScript = async (name: string): Promise<string> => {
  const built = await Bun.build({
    entrypoints: [`${folder}${name}/page.ts`],
    target: 'browser',
    plugins: [
      {
        name: 'postern/client',
        setup: (build) => void build.onResolve({ filter: /^postern\/client$/ }, () => ({ path: client })),
      },
    ],
  })
  const [script] = built.outputs
  if (!script) throw new Error(`The example page ${name} has no script.`)
  return script.text()
}

const answer = (body: string, type: string) =>
  new Response(body, { headers: { ...headers, 'content-type': `${type}; charset=UTF-8` } })

const pageOf = (name: string): Record<string, () => Promise<Response>> => ({
  [`/examples/${name}`]: async () => answer(await Bun.file(`${folder}${name}/index.html`).text(), 'text/html'),
  [`/examples/${name}/page.js`]: async () => answer(await buildScript(name), 'text/javascript'),
})

/** The example pages, for development: what their files are at the moment that they are asked for. */
export const examplePages: Record<string, () => Promise<Response>> = {
  ...pageOf('passkeys'),
  ...pageOf('federation'),
  '/examples/page.css': async () => answer(await Bun.file(`${folder}page.css`).text(), 'text/css'),
}
