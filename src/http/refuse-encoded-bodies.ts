import type { Context } from 'hono'
import { unsupportedMediaType } from '#core/problems'
import type { AppEnv } from './router'

/** Nothing is unpacked here: a small body could hold a large one. Throws `unsupported-media-type`. */
export const refuseEncodedBodies = (c: Context<AppEnv>): void => {
  const encoding = c.req.header('content-encoding') ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') throw unsupportedMediaType()
}
