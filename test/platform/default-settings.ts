/** What a world is set up with, unless a test says otherwise. */
export const defaultSettings = {
  ENVIRONMENT: 'test',
  BASE_URL: 'https://id.example.com',
  SECRET: 'the root secret of the test platform',
  EMAIL_VERIFICATION: 'optional',
  RATE_LIMITS: 'off',
  JOB_CONCURRENCY: '1',
  // These tests count seconds.
  ACCESS_TOKEN_JITTER_PERCENT: '0',
}
