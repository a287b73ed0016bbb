import { chosen, type Dashboard, lines, number, perSecond, quantile, table } from './panels'

export const overview: Dashboard = {
  uid: 'postern-overview',
  title: 'Postern: overview',
  description: 'Whether it is there, what it is asked, what of it fails, and what is short.',
  rows: [
    {
      title: 'Now',
      panels: [
        number(
          'Instances that answer',
          'As Prometheus sees them. On Workers there are none: metrics are pushed.',
          { unit: 'short', width: 4, alerts: ['PosternDown', 'PosternMissing'] },
          ['sum(up{job="postern"})', 'up'],
        ),
        number('Requests', 'A second, of all routes.', { unit: 'reqps', width: 4 }, [
          perSecond('http_requests_total'),
          'requests',
        ]),
        number(
          'Failing',
          'The part of requests that is answered with a 5xx.',
          {
            unit: 'percentunit',
            width: 4,
            from: { orange: 0.001, red: 0.01 },
            alerts: ['AvailabilityBudgetBurnsFast'],
          },
          [
            `(${perSecond('http_requests_total', '', 'status=~"5.."')} or vector(0)) / ${perSecond('http_requests_total')}`,
            'failing',
          ],
        ),
        number('Sessions', 'That are alive.', { unit: 'short', width: 4 }, [
          `max(auth_active_sessions{${chosen}})`,
          'sessions',
        ]),
        number(
          'Dead letters',
          'Jobs that failed for good and wait for you.',
          { unit: 'short', width: 4, from: { red: 1 }, alerts: ['DeadLetters'] },
          [`sum(max by (queue) (jobs_dead{${chosen}}))`, 'dead letters'],
        ),
        number(
          'Dependencies that are away',
          'Without which something was done within the last minute.',
          { unit: 'short', width: 4, from: { orange: 1 }, alerts: ['DependencyAway', 'DegradedMode'] },
          [`count(max by (dependency) (degraded_modes{${chosen}}) == 1) or vector(0)`, 'away'],
        ),
      ],
    },
    {
      title: 'Requests',
      panels: [
        lines('By status', 'A second.', { unit: 'reqps' }, [perSecond('http_requests_total', 'status'), '{{status}}']),
        lines(
          'How long they take',
          'Half of the answers, and all but one of twenty or a hundred, come within this time.',
          { unit: 's', alerts: ['LatencyBudgetBurnsFast', 'LatencyBudgetBurnsSlowly'] },
          [quantile(0.5, 'http_request_duration_seconds'), 'half'],
          [quantile(0.95, 'http_request_duration_seconds'), '95 %'],
          [quantile(0.99, 'http_request_duration_seconds'), '99 %'],
        ),
        table(
          'Routes that fail',
          'Answers with a 5xx a second, the most first.',
          { unit: 'reqps', alerts: ['AvailabilityBudgetBurnsFast'] },
          [`topk(10, ${perSecond('http_requests_total', 'route, method, status', 'status=~"5.."')} > 0)`, ''],
        ),
        table('Slowest routes', 'All but one answer of twenty come within this time.', { unit: 's' }, [
          `topk(10, ${quantile(0.95, 'http_request_duration_seconds', 'route, method')} > 0)`,
          '',
        ]),
        lines(
          'Refusals by limits',
          'A second, by limit. Those of "everyone" hit all callers.',
          { unit: 'reqps', alerts: ['SharedLimitUsedUp'] },
          [perSecond('ratelimit_decisions_total', 'limit', 'outcome="refused"'), '{{limit}}'],
        ),
        lines('Being answered', 'Requests at this moment.', { unit: 'short' }, [
          `http_requests_in_flight{${chosen}}`,
          '{{instance}}',
        ]),
      ],
    },
    {
      title: 'What others do for us',
      panels: [
        lines(
          'Done without a dependency',
          'A second, by what was done instead: docs/limits.md.',
          { unit: 'ops', alerts: ['DependencyAway', 'DegradedMode'] },
          [perSecond('degraded_total', 'dependency, mode'), '{{dependency}}: {{mode}}'],
        ),
        lines('Calls to others', 'All but one of twenty take no longer.', { unit: 's' }, [
          quantile(0.95, 'outside_call_duration_seconds', 'callee'),
          '{{callee}}',
        ]),
        lines('Calls to others that fail', 'A second.', { unit: 'ops' }, [
          perSecond('outside_call_duration_seconds_count', 'callee', 'outcome="failed"'),
          '{{callee}}',
        ]),
        lines('Round trips to Redis', 'On average for a request, by route.', { unit: 'short' }, [
          `topk(10, ${perSecond('redis_round_trips_sum', 'route')} / ${perSecond('redis_round_trips_count', 'route')})`,
          '{{route}}',
        ]),
      ],
    },
    {
      title: 'Processes',
      panels: [
        lines(
          'How late timers run',
          'All but one of a hundred are this late at the most; what is later waits for the processor.',
          { unit: 's', width: 8, from: { red: 0.25 }, alerts: ['EventLoopDelayed'] },
          [quantile(0.99, 'event_loop_delay_seconds', 'instance'), '{{instance}}'],
        ),
        lines('Memory', 'That the process holds.', { unit: 'bytes', width: 8 }, [
          `process_resident_memory_bytes{${chosen}}`,
          '{{instance}}',
        ]),
        lines(
          'Up since',
          'How long each runs. Teeth of a saw are crashes.',
          { unit: 's', width: 8, alerts: ['PosternRestarts'] },
          [`time() - process_start_time_seconds{${chosen}}`, '{{instance}}'],
        ),
        table('Versions', 'What runs where.', { unit: 'short', width: 24 }, [
          `max by (instance, version, runtime) (postern_info{${chosen}})`,
          '',
        ]),
      ],
    },
  ],
}
