import { expect, test } from 'bun:test'
import { nginxObstacle, writeNginxFiles } from '../support/nginx'

test.skipIf(nginxObstacle !== undefined)(
  `nginx takes the example configuration${nginxObstacle ? ` (${nginxObstacle})` : ''}`,
  async () => {
    const { command } = writeNginxFiles([3000, 3001])
    const { exitCode, stderr } = Bun.spawnSync([...command, '-t'], { stderr: 'pipe' })
    expect(stderr.toString()).toContain('test is successful')
    expect(stderr.toString()).not.toMatch(/\[(warn|error|emerg)\]/)
    expect(exitCode).toBe(0)
  },
)
