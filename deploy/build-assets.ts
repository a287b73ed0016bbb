import { fileURLToPath } from 'node:url'
import { createOpenApiDocument } from '#http/openapi'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { referenceScript } from '#platform/reference-script'
import { app } from '../src/app'

/** Writes what Workers serve as assets: the OpenAPI document, the reference's script, and their headers. */
const folder = fileURLToPath(new URL('../dist/assets', import.meta.url))
const headerLines = Object.entries(assetHeaders).map(([name, value]) => `  ${name}: ${value}`)

await Bun.write(folder + assetPaths.referenceScript, Bun.file(referenceScript))
await Bun.write(folder + assetPaths.openApiDocument, JSON.stringify(createOpenApiDocument(app.routes, '/')))
await Bun.write(`${folder}/_headers`, `/*\n${headerLines.join('\n')}\n`)
