import { fileURLToPath } from 'node:url'
import { authFunnel } from './dashboards/auth-funnel'
import { database } from './dashboards/database'
import { jobs } from './dashboards/jobs'
import { overview } from './dashboards/overview'
import { renderDashboard } from './dashboards/render'
import { slos } from './dashboards/slos'

/** Where the dashboards are that this writes, a file for each, named by its `uid`. */
export const dashboardFolder = fileURLToPath(new URL('./grafana/dashboards', import.meta.url))

/** Where people read docs/runbook.md, unless RUNBOOK_URL says so: the same as in prometheus/prometheus.yaml. */
export const exampleRunbook = 'https://example.com/docs/runbook.md'

/** Every dashboard of Grafana as its file has it. */
export const renderDashboards = (runbook: string) =>
  [overview, authFunnel, jobs, database, slos].map((dashboard) => ({
    name: `${dashboard.uid}.json`,
    text: `${JSON.stringify(renderDashboard(dashboard, runbook), undefined, 2)}\n`,
  }))

if (import.meta.main) {
  for (const { name, text } of renderDashboards(process.env.RUNBOOK_URL ?? exampleRunbook)) {
    await Bun.write(`${dashboardFolder}/${name}`, text)
  }
}
