import { markedTables } from '#db/personal-data'
import type { TableMarks } from '#db/personal-data/marks'

/** The tables that an export tells of, in the order in which it does. */
export const exportedTables: TableMarks[] = markedTables.filter(({ owner }) => owner !== null)

const secretsOf = ({ columns }: TableMarks) =>
  Object.entries(columns)
    .filter(([, mark]) => mark === 'secret')
    .map(([name]) => name)

const describeTable = (marks: TableMarks): string => `- \`data/${marks.table}.ndjson\`: ${marks.what}`

const describeSecrets = (marks: TableMarks): string[] => {
  const secrets = secretsOf(marks)
  return secrets.length === 0 ? [] : [`- \`${marks.table}\`: ${secrets.map((name) => `\`${name}\``).join(', ')}`]
}

/** What stands beside the data, for the person whose it is. */
export const exportReadme = ({
  issuer,
  accountId,
  madeAt,
}: {
  issuer: string
  accountId: string
  madeAt: Date
}): string =>
  `# Your data

This is everything that ${issuer} keeps of the account \`${accountId}\`, as of ${madeAt.toISOString()}.

Each file in \`data/\` is one table: NDJSON, a JSON object a line, with the names of the columns. A file without a line says
that there is nothing. Times are RFC 3339.

${exportedTables.map(describeTable).join('\n')}
- \`data/jobs.ndjson\`: Work of the server that names you: what waits, what is done since yesterday, what failed.
- \`files/\`: Pictures that you uploaded, as they are shown.

## What is left out

Secrets, which would open your account to whoever finds this archive. They are kept as hashes or sealed:

${exportedTables.flatMap(describeSecrets).join('\n')}

## Is it whole, and ours?

\`manifest.json\` names each file with its rows, its bytes and its SHA-256: \`sha256sum data/user.ndjson\` compares one.
\`manifest.jws\` holds the very bytes of \`manifest.json\`, signed (RFC 7515): verify it with the key of its \`kid\` at
${issuer}/.well-known/jwks.json, and with no other \`typ\` than \`postern-export+jws\`. A key is published there for as long
as it signs, which is about three months, and a moment longer.
`
