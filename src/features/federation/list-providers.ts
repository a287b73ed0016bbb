import type { Context } from '#core/context'
import type { ProviderList } from './contract'
import { nameProvider } from './name-provider'

/** The providers that this server is registered with, by their ids, as people call them. */
export const listProviders = ({ config }: Context): ProviderList => ({
  items: Object.keys(config.OAUTH)
    .toSorted()
    .map((id) => ({ id, name: nameProvider(config, id) })),
})
