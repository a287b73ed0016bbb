/**
 * What each runtime serves before the router, from files or memory: on Workers they are assets of the deployment, so
 * that neither the reference's script nor what builds the OpenAPI document weighs on the Worker's bundle.
 */
export const assetPaths = { openApiDocument: '/openapi.json', referenceScript: '/docs/reference.js' } as const

/** Headers of every asset. */
export const assetHeaders: Record<string, string> = {
  'cache-control': 'public, max-age=300',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
}
