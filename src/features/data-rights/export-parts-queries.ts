import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { isJobNaming } from '../jobs/fragments'
import type { ToldRow } from './person-queries'

/** Jobs that name a person (a JSON list of ids and addresses), a page from `after` on. */
export const listPersonJobs = statement<{ names: string; after: string; limit: number }, ToldRow>(
  'listPersonJobs',
  (value) => {
    const place = sql`jsonb_build_array(job.name, job.id::text)`
    return sql`
  select jsonb_build_object('id', job.id, 'queue', job.name, 'state', job.state, 'createdAt', job.created_on,
    'given', job.data -> 'payload', 'cause', job.data -> 'cause')::text as row, ${place}::text as place
  from pgboss.job
  where ${isJobNaming(value.names)} and ${place} > ${value.after}::text::jsonb
  order by ${place} limit ${value.limit}::integer`
  },
)

/** What the blob store has of a person, archives like the one that is made left out. */
export const listPersonBlobs = statement<{ userId: string }, { key: string }>(
  'listPersonBlobs',
  (value) => sql`select key from blob where user_id = ${value.userId}::uuid and kind <> 'export' order by key`,
)
