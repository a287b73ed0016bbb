import { fileURLToPath } from 'node:url'
import { createOpenApiDocument } from '#http/openapi'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { passwordListPath } from '#platform/asset-password-list'
import { readPackagedPasswords } from '#platform/packaged-password-list'
import { referenceScript } from '#platform/reference-script'
import { app } from '../src/app'

/** Writes the assets of Workers: the OpenAPI document, the reference's script, the list of passwords, their headers. */
const folder = fileURLToPath(new URL('../dist/assets', import.meta.url))
const headerLines = Object.entries(assetHeaders).map(([name, value]) => `  ${name}: ${value}`)

await Bun.write(folder + assetPaths.referenceScript, Bun.file(referenceScript))
await Bun.write(folder + assetPaths.openApiDocument, JSON.stringify(createOpenApiDocument(app.routes, '/')))
await Bun.write(folder + passwordListPath, await readPackagedPasswords())
await Bun.write(`${folder}/_headers`, `/*\n${headerLines.join('\n')}\n`)
