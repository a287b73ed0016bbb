import type { Config } from '#core/config'
import { findProvider } from './find-provider'

/** What people call a provider: by its id if this server is registered with it no more. */
export const nameProvider = (config: Config, id: string): string => {
  if (!Object.hasOwn(config.OAUTH, id)) return id
  const { provider, settings } = findProvider(config, id)
  return settings.name ?? provider.name
}
