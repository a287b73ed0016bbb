import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import { toBase64Url } from '#core/secrets'
import type { AppEnv } from './router'
import { assetPaths } from './static-assets'

/** The API reference: Scalar over `/openapi.json`, with nothing loaded from elsewhere. */
export const respondWithReference = (c: Context<AppEnv>) => {
  const nonce = toBase64Url(c.env.random.bytes(16))
  c.header(
    'content-security-policy',
    `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Postern API</title><link rel="icon" href="data:,"></head>
<body>
<div id="reference"></div>
<script src="${assetPaths.referenceScript}"></script>
${raw(`<script nonce="${nonce}">Scalar.createApiReference('#reference', {
  url: '${assetPaths.openApiDocument}', withDefaultFonts: false, telemetry: false, hideClientButton: true,
  showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true },
})</script>`)}
</body>
</html>`)
}
