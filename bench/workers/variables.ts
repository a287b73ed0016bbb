import { secret } from '../../test/runtimes/server-process'

/** Whose tokens they are, wherever they were issued: servers and Workers share it. */
export const baseUrl = 'http://postern.test'

/** What all Workers are given that are measured. */
export const variables = {
  ENVIRONMENT: 'test',
  BASE_URL: baseUrl,
  SECRET: secret,
  RATE_LIMITS: 'off',
  EMAIL_VERIFICATION: 'optional',
  EMAIL_FROM: 'Postern <postern@example.com>',
  LOG_LEVEL: 'warn',
}
