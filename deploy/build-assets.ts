import { fileURLToPath } from 'node:url'
import { createOpenApiDocument } from '#http/openapi'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { passwordListPath } from '#platform/asset-password-list'
import { readPackagedPasswords } from '#platform/packaged-password-list'
import { referenceScript } from '#platform/reference-script'
import { app } from '../src/app'
import { renderStaticPages } from '../src/static-pages'

/** Writes the assets of Workers: pages, the OpenAPI document, the reference's script, the list of passwords, headers. */
const folder = fileURLToPath(new URL('../dist/assets', import.meta.url))
const pages = await renderStaticPages()

/** A rule of `_headers`. What an earlier one said is taken back, or else both would hold, joined by a comma. */
const toRule = (path: string, headers: Record<string, string>): string =>
  [path, ...Object.entries(headers).flatMap(([name, value]) => [`  ! ${name}`, `  ${name}: ${value}`]), ''].join('\n')

await Bun.write(folder + assetPaths.referenceScript, Bun.file(referenceScript))
await Bun.write(folder + assetPaths.openApiDocument, JSON.stringify(createOpenApiDocument(app.routes, '/')))
await Bun.write(folder + passwordListPath, await readPackagedPasswords())
for (const [path, { text }] of pages) await Bun.write(`${folder}${path}.html`, text)
await Bun.write(
  `${folder}/_headers`,
  [toRule('/*', assetHeaders), ...pages.map(([path, { headers }]) => toRule(path, headers))].join('\n'),
)
