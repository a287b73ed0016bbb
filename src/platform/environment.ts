import { type Config, type Parsed, parseConfig } from '#core/config'
import { readOrCreateSecret } from './data-directory'

/** Reads the environment of a process; outside production a missing SECRET is made and kept in the data directory. */
export const readEnvironment = (environment: Record<string, string | undefined>): Parsed<Config> => {
  const isDevelopment = environment.ENVIRONMENT === 'development' || environment.ENVIRONMENT === 'test'
  const secret = isDevelopment && !environment.SECRET && readOrCreateSecret(environment.DATA_DIRECTORY || '.data')
  return parseConfig({ ...environment, ...(secret && { SECRET: secret }) })
}
