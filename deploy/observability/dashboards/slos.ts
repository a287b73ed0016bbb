import { type Dashboard, lines, number, perSecond, table } from './panels'

const alerts = [
  'AvailabilityBudgetBurnsFast',
  'AvailabilityBudgetBurnsSlowly',
  'LatencyBudgetBurnsFast',
  'LatencyBudgetBurnsSlowly',
]

const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d']

const budgetLeft = (slo: string, title: string) =>
  number(
    title,
    'The part of what may fail in 30 days that did not. Below 0 more failed than was promised.',
    { unit: 'percentunit', width: 8, alerts },
    [`min(slo:budget_left:ratio{slo="${slo}"})`, 'left'],
  )

const burnRate = (slo: string, title: string) =>
  lines(
    title,
    '1 uses the budget up in exactly 30 days. 14.4 for an hour, or 6 for six, wakes somebody.',
    { unit: 'short', width: 8, from: { orange: 1, red: 6 }, alerts },
    ...windows.map((window) => [`max(slo:burn_rate:${window}{slo="${slo}"})`, window] as const),
  )

export const slos: Dashboard = {
  uid: 'postern-slos',
  title: 'Postern: what is promised',
  description:
    'How much of what may fail is left, and how fast it is used up. The promises are in prometheus/rules/slo.yaml.',
  rows: [
    {
      title: 'Budget left of 30 days',
      panels: [
        budgetLeft('availability', '99.9 % of requests are answered'),
        budgetLeft('log-in-latency', '99 % of log-ins within 1 s'),
        budgetLeft('refresh-latency', '99 % of refreshes within 0.25 s'),
      ],
    },
    {
      title: 'How fast it is used up',
      panels: [
        burnRate('availability', 'Availability'),
        burnRate('log-in-latency', 'Log-ins'),
        burnRate('refresh-latency', 'Refreshes'),
      ],
    },
    {
      title: 'What uses it up',
      panels: [
        lines('Failures', 'A second, by promise.', { unit: 'reqps', alerts }, [
          'sum by (slo) (slo:failures:rate5m)',
          '{{slo}}',
        ]),
        lines('Requests', 'A second, by promise.', { unit: 'reqps' }, [
          'sum by (slo) (slo:requests:rate5m)',
          '{{slo}}',
        ]),
        table('Routes that fail', 'Answers with a 5xx a second.', { unit: 'reqps', alerts }, [
          `topk(10, ${perSecond('http_requests_total', 'route, method, status', 'status=~"5.."')} > 0)`,
          '',
        ]),
        table('Alerts', 'That fire now.', { unit: 'short' }, [
          'max by (alertname, severity) (ALERTS{alertstate="firing"})',
          '',
        ]),
      ],
    },
  ],
}
