import { nowhere } from './route-call'

/** A good request for an export of the audit record, with every field it knows. */
export const auditExport = () => ({
  format: 'cef',
  filter: {
    type: 'login.failed',
    actorId: 'nobody',
    userId: nowhere,
    outcome: 'failed',
    requestId: 'r-1',
    traceId: '0'.repeat(32),
    ipAddress: '192.0.2.7',
    from: '2026-01-01T00:00:00Z',
    to: '2026-01-02T00:00:00Z',
    organizationId: nowhere,
    retention: 'security',
  },
  personal: true,
})
