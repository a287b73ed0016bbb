import type { Config } from '#core/config'
import { crc32 } from '#core/crc32'

/** All that four bytes can say. */
const steps = 2 ** 32

/**
 * How many seconds an access token lives: up to ACCESS_TOKEN_JITTER_PERCENT less than ACCESS_TOKEN_SECONDS, so that those who came at
 * one moment do not all come back at one moment. For one id (`jti`) it is always the same, so parallel refreshes agree on it.
 */
export const secondsOfLife = (
  { ACCESS_TOKEN_SECONDS, ACCESS_TOKEN_JITTER_PERCENT }: Config,
  tokenId: string,
): number => {
  const share = crc32(new TextEncoder().encode(tokenId)) / steps
  return ACCESS_TOKEN_SECONDS - Math.floor(((ACCESS_TOKEN_SECONDS * ACCESS_TOKEN_JITTER_PERCENT) / 100) * share)
}
