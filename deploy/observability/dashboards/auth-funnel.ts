import { bars, chosen, type Dashboard, inRange, lines, orNone, perSecond } from './panels'

/** Who is let in, and who has to show a second factor first. */
const letIn = 'outcome=~"succeeded|challenged"'

export const authFunnel: Dashboard = {
  uid: 'postern-auth-funnel',
  title: 'Postern: from registration to session',
  description:
    'How many register, prove their address, log in and show a second factor; and who is refused on the way.',
  rows: [
    {
      title: 'The way in',
      panels: [
        bars(
          'Within the time shown',
          'Each step is a part of the one above only if people go on at once; over a week or more it nearly is.',
          { unit: 'short', width: 24 },
          [orNone(inRange('auth_registrations_total', '', 'outcome="succeeded"')), 'Registrations'],
          [
            orNone(inRange('http_requests_total', '', 'route="/v1/auth/email/verify",status="200"')),
            'Proofs of an address',
          ],
          [orNone(inRange('auth_logins_total', '', `method!="second_factor",${letIn}`)), 'Log-ins by a first factor'],
          [orNone(inRange('auth_mfa_total', '', 'outcome="succeeded"')), 'Second factors'],
        ),
        lines('Registrations', 'A second, by what came of them.', { unit: 'ops' }, [
          perSecond('auth_registrations_total', 'outcome'),
          '{{outcome}}',
        ]),
        lines('Proofs of an address', 'Answers a second, by status: 410 is a link that is over.', { unit: 'ops' }, [
          perSecond('http_requests_total', 'status', 'route="/v1/auth/email/verify"'),
          '{{status}}',
        ]),
      ],
    },
    {
      title: 'Log-ins',
      panels: [
        lines('By method', 'That let somebody in, or on to the second factor; a second.', { unit: 'ops' }, [
          perSecond('auth_logins_total', 'method', letIn),
          '{{method}}',
        ]),
        lines(
          'By outcome',
          'A second. Many more refusals than usual: somebody tries passwords.',
          { unit: 'ops', alerts: ['CredentialStuffing'] },
          [perSecond('auth_logins_total', 'method, outcome'), '{{method}}: {{outcome}}'],
        ),
        lines('By way of other providers', 'A second, by provider and outcome.', { unit: 'ops' }, [
          perSecond('auth_oauth_logins_total', 'provider, outcome'),
          '{{provider}}: {{outcome}}',
        ]),
        lines('Second factors', 'A second, by method and outcome.', { unit: 'ops', alerts: ['SecondFactorGuessing'] }, [
          perSecond('auth_mfa_total', 'method, outcome'),
          '{{method}}: {{outcome}}',
        ]),
        lines('Locks', 'That failures brought within five minutes.', { unit: 'short', alerts: ['LockoutStorm'] }, [
          `sum by (scope) (increase(auth_lockouts_total{${chosen}}[5m]))`,
          '{{scope}}',
        ]),
      ],
    },
    {
      title: 'Sessions',
      panels: [
        lines('Alive', 'Sessions.', { unit: 'short' }, [`max(auth_active_sessions{${chosen}})`, 'sessions']),
        lines('Refreshes', 'A second, by outcome.', { unit: 'ops' }, [
          perSecond('auth_refreshes_total', 'outcome'),
          '{{outcome}}',
        ]),
        lines(
          'Old refresh tokens',
          'Within five minutes. Each ended its session; none is usual.',
          { unit: 'short', from: { red: 1 }, alerts: ['RefreshTokenReuse', 'RefreshTokenReuseStorm'] },
          [`sum(increase(auth_refresh_reuse_total{${chosen}}[5m]))`, 'used again'],
        ),
        lines('Access tokens', 'That were looked at, a second, by outcome.', { unit: 'ops' }, [
          perSecond('auth_token_validations_total', 'outcome'),
          '{{outcome}}',
        ]),
      ],
    },
  ],
}
