import { securityHeaders } from './security-headers'

/**
 * What each runtime serves before the router, from files or memory, beside the pages of `src/static-pages.ts`: on Workers
 * they are assets of the deployment, so that neither they nor what builds them weigh on the Worker's bundle.
 */
export const assetPaths = { openApiDocument: '/openapi.json', referenceScript: '/docs/reference.js' } as const

/** Headers of every asset. */
export const assetHeaders: Record<string, string> = { ...securityHeaders, 'cache-control': 'public, max-age=300' }
