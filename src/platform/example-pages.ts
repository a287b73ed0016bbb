import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../examples/passkeys/', import.meta.url))
const client = fileURLToPath(new URL('../client.ts', import.meta.url))

const headers = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

/** The page's script, with the client that it imports by its published name. */
const buildScript = async (): Promise<string> => {
  const built = await Bun.build({
    entrypoints: [`${folder}page.ts`],
    target: 'browser',
    plugins: [
      {
        name: 'postern/client',
        setup: (build) => void build.onResolve({ filter: /^postern\/client$/ }, () => ({ path: client })),
      },
    ],
  })
  const [script] = built.outputs
  if (!script) throw new Error('The example page has no script.')
  return script.text()
}

const answer = (body: BodyInit, type: string) => new Response(body, { headers: { ...headers, 'content-type': type } })

/** The example page of passkeys, for development: what its files are at the moment that they are asked for. */
export const examplePages: Record<string, () => Promise<Response>> = {
  '/examples/passkeys': async () => answer(await Bun.file(`${folder}index.html`).text(), 'text/html; charset=UTF-8'),
  '/examples/passkeys/page.css': async () =>
    answer(await Bun.file(`${folder}page.css`).text(), 'text/css; charset=UTF-8'),
  '/examples/passkeys/page.js': async () => answer(await buildScript(), 'text/javascript; charset=UTF-8'),
}
