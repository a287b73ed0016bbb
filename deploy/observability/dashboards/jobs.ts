import { chosen, type Dashboard, lines, number, perSecond, quantile, table } from './panels'

export const jobs: Dashboard = {
  uid: 'postern-jobs',
  title: 'Postern: jobs',
  description: 'What goes on behind answers: queues, mail, keys, the audit record.',
  rows: [
    {
      title: 'Now',
      panels: [
        number('Waiting', 'Jobs that are due or wait for another try.', { unit: 'short', width: 6 }, [
          `sum(max by (queue) (jobs_waiting{${chosen}}))`,
          'waiting',
        ]),
        number(
          'The oldest that is due',
          'How long it has waited.',
          { unit: 's', width: 6, from: { orange: 60, red: 300 }, alerts: ['MailWaits', 'JobsWait'] },
          [`max(jobs_oldest_age_seconds{${chosen}})`, 'oldest'],
        ),
        number(
          'Dead letters',
          'Jobs that failed for good.',
          { unit: 'short', width: 6, from: { red: 1 }, alerts: ['DeadLetters'] },
          [`sum(max by (queue) (jobs_dead{${chosen}}))`, 'dead'],
        ),
        number(
          'Mails that are not taken',
          'The part that the provider defers or rejects.',
          { unit: 'percentunit', width: 6, from: { orange: 0.02, red: 0.1 }, alerts: ['MailFails'] },
          [
            `(${perSecond('mail_total', '', 'outcome!="sent"')} or vector(0)) / ${perSecond('mail_total')}`,
            'not taken',
          ],
        ),
      ],
    },
    {
      title: 'Queues',
      panels: [
        lines('Waiting', 'Jobs, by queue.', { unit: 'short' }, [
          `max by (queue) (jobs_waiting{${chosen}}) > 0`,
          '{{queue}}',
        ]),
        lines(
          'How long the oldest waits',
          'Of those that are due, by queue.',
          { unit: 's', alerts: ['MailWaits', 'JobsWait'] },
          [`max by (queue) (jobs_oldest_age_seconds{${chosen}}) > 0`, '{{queue}}'],
        ),
        lines('Tries', 'A second, by what came of them.', { unit: 'ops' }, [
          perSecond('jobs_finished_total', 'outcome'),
          '{{outcome}}',
        ]),
        lines('Tries that fail', 'A second, by queue.', { unit: 'ops', alerts: ['JobsFail'] }, [
          perSecond('jobs_finished_total', 'queue, outcome', 'outcome!="completed"'),
          '{{queue}}: {{outcome}}',
        ]),
        lines('How long tries take', 'All but one of twenty take no longer.', { unit: 's' }, [
          quantile(0.95, 'job_duration_seconds', 'queue'),
          '{{queue}}',
        ]),
        table('Dead letters', 'By the queue that they came from.', { unit: 'short', alerts: ['DeadLetters'] }, [
          `max by (queue) (jobs_dead{${chosen}}) > 0`,
          '',
        ]),
      ],
    },
    {
      title: 'Mail',
      panels: [
        lines('By what the provider said', 'A second.', { unit: 'ops', alerts: ['MailFails'] }, [
          perSecond('mail_total', 'outcome'),
          '{{outcome}}',
        ]),
        lines('How long the provider takes', 'All but one of twenty take no longer.', { unit: 's' }, [
          quantile(0.95, 'outside_call_duration_seconds', '', 'callee="mail"'),
          'mail',
        ]),
      ],
    },
    {
      title: 'Keys and the audit record',
      panels: [
        number(
          'Age of the signing key',
          'After 90 days there is a new one.',
          { unit: 's', width: 6, from: { orange: 90 * 86_400 + 3600, red: 100 * 86_400 }, alerts: ['SigningKeyOld'] },
          [`max(signing_key_age_seconds{${chosen}})`, 'age'],
        ),
        number(
          'API keys that end within a week',
          'Programs with these stop then.',
          { unit: 'short', width: 6, from: { orange: 1 }, alerts: ['ApiKeysExpire'] },
          [`max(api_keys_expiring{${chosen}})`, 'keys'],
        ),
        lines(
          'Without a seal',
          'How long the oldest record waits for its seal.',
          { unit: 's', width: 6, from: { red: 3600 }, alerts: ['AuditNotSealed'] },
          [`max(audit_unsealed_age_seconds{${chosen}})`, 'oldest'],
        ),
        lines(
          'Not sent on',
          'How long the oldest record waits to be sent, by destination.',
          { unit: 's', width: 6, from: { red: 900 }, alerts: ['AuditStreamBehind'] },
          [`max by (destination) (audit_stream_lag_seconds{${chosen}})`, '{{destination}}'],
        ),
      ],
    },
  ],
}
