import { hashSource, type RenderedPage } from './page'
import { assetPaths } from './static-assets'

const script = `Scalar.createApiReference('#reference', {
  url: '${assetPaths.openApiDocument}', withDefaultFonts: false, telemetry: false, hideClientButton: true,
  showDeveloperTools: 'never', agent: { disabled: true }, mcp: { disabled: true },
})`

/** Makes the API reference: Scalar over `/openapi.json`, with nothing loaded from elsewhere. */
export const renderReferencePage = async (): Promise<RenderedPage> => ({
  headers: {
    'content-type': 'text/html; charset=UTF-8',
    'content-security-policy': `default-src 'none'; script-src 'self' ${await hashSource(script)}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  },
  text: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Postern API</title><link rel="icon" href="data:,"></head>
<body>
<div id="reference"></div>
<script src="${assetPaths.referenceScript}"></script>
<script>${script}</script>
</body>
</html>`,
})
