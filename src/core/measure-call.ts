import type { Meter } from './metrics'

/** Measures a call that ended. Those to Redis are only counted: a limit is late long before it is slow. @param callee a `Callee` */
export const measureCall = ({ observe }: Meter, callee: string, failed: boolean, seconds: number): void => {
  const outcome = failed ? 'failed' : 'done'
  if (callee === 'postgres') observe('db_query_duration_seconds', { outcome }, seconds)
  else if (callee === 'hash') observe('hash_duration_seconds', {}, seconds)
  else if (callee !== 'redis') observe('outside_call_duration_seconds', { callee, outcome }, seconds)
}
