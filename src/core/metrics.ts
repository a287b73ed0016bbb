/** What is measured, as Prometheus knows it. A label has few values, which the code knows: never an id or an address. */
export interface MetricDefinition {
  kind: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
  /** Upper bounds of a histogram's buckets, in the metric's unit. */
  buckets?: readonly number[]
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const trips = [0, 1, 2, 3, 4, 6, 8, 12, 20]

const counter = <const Labels extends readonly string[]>(help: string, labels: Labels) =>
  ({ kind: 'counter', help, labels }) as const
const gauge = <const Labels extends readonly string[]>(help: string, labels: Labels) =>
  ({ kind: 'gauge', help, labels }) as const
const histogram = <const Labels extends readonly string[]>(help: string, labels: Labels, buckets = seconds) =>
  ({ kind: 'histogram', help, labels, buckets }) as const

/** Every metric by its name, which stays: dashboards and alerts are made of them. */
export const metrics = {
  http_requests_total: counter('Requests that were answered.', ['route', 'method', 'status']),
  http_request_duration_seconds: histogram('How long requests took.', ['route', 'method', 'status']),
  http_requests_in_flight: gauge('Requests that are being answered.', []),
  db_query_duration_seconds: histogram('How long statements took, the wait for a connection included.', ['outcome']),
  db_round_trips: histogram('Statements that a request sent to Postgres.', ['route'], trips),
  redis_round_trips: histogram('Commands that a request sent to Redis.', ['route'], trips),
  db_pool_connections: gauge('Connections to Postgres: lent or idle.', ['state']),
  db_pool_waiting: gauge('Statements that wait for a connection.', []),
  hash_duration_seconds: histogram('How long password hashes took, the wait for their turn included.', []),
  hash_gate_running: gauge('Password hashes that are computed.', []),
  hash_gate_waiting: gauge('Password hashes that wait for their turn.', []),
  outside_call_duration_seconds: histogram('How long calls to others took.', ['callee', 'outcome']),
  jobs_waiting: gauge('Jobs that are due or wait for another try.', ['queue']),
  jobs_oldest_age_seconds: gauge('How long the oldest job that is due has waited.', ['queue']),
  jobs_dead: gauge('Dead letters, by the queue that they came from.', ['queue']),
  jobs_finished_total: counter('Tries of jobs, by what came of them.', ['queue', 'outcome']),
  job_duration_seconds: histogram('How long tries of jobs took.', ['queue']),
  auth_registrations_total: counter('Registrations.', ['outcome']),
  auth_logins_total: counter('Log-ins.', ['method', 'outcome']),
  auth_oauth_logins_total: counter('Log-ins by way of another provider.', ['provider', 'outcome']),
  auth_mfa_total: counter('Second factors that were shown.', ['method', 'outcome']),
  auth_active_sessions: gauge('Sessions that are alive.', []),
  auth_token_validations_total: counter('Access tokens that were looked at.', ['outcome']),
  auth_lockouts_total: counter('Locks that failures brought.', ['scope']),
  auth_refreshes_total: counter('Refreshes of sessions.', ['outcome']),
  auth_refresh_reuse_total: counter('Refresh tokens that were used again, which ends their session.', []),
  ratelimit_decisions_total: counter('What limits decided.', ['limit', 'outcome']),
  mail_total: counter('Mails that were handed to the provider, by what it said.', ['outcome']),
  degraded_total: counter('How often something was done without a dependency.', ['dependency', 'mode']),
  degraded_modes: gauge('1 where something was done without a dependency within the last minute.', [
    'dependency',
    'mode',
  ]),
  signing_key_age_seconds: gauge('How old the key is that signs access tokens.', []),
  api_keys_expiring: gauge('API keys that are accepted and will not be in a week.', []),
  audit_unsealed_age_seconds: gauge('How long the oldest record waits for its seal.', []),
  audit_stream_lag_seconds: gauge('How long the oldest record waits to be sent on.', ['destination']),
  event_loop_delay_seconds: histogram('How late timers ran.', []),
  process_resident_memory_bytes: gauge('Memory that is held.', []),
  process_start_time_seconds: gauge('When it began, in seconds since 1970.', []),
  postern_info: gauge('Always 1.', ['version', 'runtime']),
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof metrics

/** A value for each label of a metric. */
export type MetricLabels<Name extends MetricName> = Record<(typeof metrics)[Name]['labels'][number], string>

/** Names of metrics of a kind. */
export type MetricsOf<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: (typeof metrics)[Name]['kind'] extends Kind ? Name : never
}[MetricName]

/** Where measurements go. */
export interface Meter {
  /** Counts `by` more, 1 unless said. */
  add<Name extends MetricsOf<'counter'>>(name: Name, labels: MetricLabels<Name>, by?: number): void
  /** Takes a value into a histogram. */
  observe<Name extends MetricsOf<'histogram'>>(name: Name, labels: MetricLabels<Name>, value: number): void
  /** Says how something stands. */
  set<Name extends MetricsOf<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void
}
