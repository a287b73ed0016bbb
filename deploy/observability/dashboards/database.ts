import { chosen, type Dashboard, lines, mean, number, perSecond, quantile } from './panels'

export const database: Dashboard = {
  uid: 'postern-database',
  title: 'Postern: database',
  description: 'Round trips, statements, connections, and password hashes, which are what answers wait for.',
  rows: [
    {
      title: 'Round trips',
      panels: [
        number('For a request', 'Statements, on average. Most routes need one.', { unit: 'short', width: 6 }, [
          mean('db_round_trips'),
          'statements',
        ]),
        lines(
          'By route',
          'Statements for a request, on average: the ten with the most.',
          { unit: 'short', width: 18 },
          [`topk(10, ${mean('db_round_trips', 'route')})`, '{{route}}'],
        ),
      ],
    },
    {
      title: 'Statements',
      panels: [
        lines(
          'How long they take',
          'The wait for a connection included.',
          { unit: 's', alerts: ['DatabaseSlow'] },
          [quantile(0.5, 'db_query_duration_seconds'), 'half'],
          [quantile(0.95, 'db_query_duration_seconds'), '95 %'],
          [quantile(0.99, 'db_query_duration_seconds'), '99 %'],
        ),
        lines('How many', 'A second, by outcome.', { unit: 'ops' }, [
          perSecond('db_query_duration_seconds_count', 'outcome'),
          '{{outcome}}',
        ]),
      ],
    },
    {
      title: 'Connections',
      panels: [
        lines('Lent and idle', 'Of each instance.', { unit: 'short' }, [
          `db_pool_connections{${chosen}}`,
          '{{instance}}: {{state}}',
        ]),
        lines(
          'Waiting for one',
          'Statements. More than 0 for long: the pool is too small or statements are too slow.',
          { unit: 'short', from: { red: 1 }, alerts: ['DatabasePoolSaturated'] },
          [`db_pool_waiting{${chosen}}`, '{{instance}}'],
        ),
      ],
    },
    {
      title: 'Password hashes',
      panels: [
        lines(
          'How long they take',
          'The wait for their turn included.',
          { unit: 's', width: 8 },
          [quantile(0.5, 'hash_duration_seconds'), 'half'],
          [quantile(0.99, 'hash_duration_seconds'), '99 %'],
        ),
        lines('Computed', 'At this moment.', { unit: 'short', width: 8 }, [
          `hash_gate_running{${chosen}}`,
          '{{instance}}',
        ]),
        lines(
          'Waiting for their turn',
          'More than 0 for long: log-ins will be refused with 503 soon.',
          { unit: 'short', width: 8, from: { red: 1 }, alerts: ['HashGateSaturated'] },
          [`hash_gate_waiting{${chosen}}`, '{{instance}}'],
        ),
      ],
    },
  ],
}
