import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

/** Deletes up to `limit` counts of failures that are over; rows that others work on are left to them. */
export const deleteFailuresBefore = statement<{ now: Date; before: Date; limit: number }, { subject: string }>(
  'deleteFailuresBefore',
  (value) => sql`
  delete from lockout where subject = any(array(
    select subject from lockout
    where since < ${value.before}::timestamptz and (locked_until is null or locked_until <= ${value.now}::timestamptz)
    order by since limit ${value.limit}::integer for update skip locked
  ))
  returning subject`,
)
