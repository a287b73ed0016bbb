/** What DNS has to have for a domain to be an organization's. */
export const domainRecord = ({ domain, challenge }: { domain: string; challenge: string }) => ({
  type: 'TXT' as const,
  name: `_postern-challenge.${domain}`,
  value: `postern-domain-verification=${challenge}`,
})
