/** One row of bars: what they stand for, and how long they are. */
export interface Row {
  label: string
  /** One bar for each; the second is drawn paler. */
  values: number[]
  text: string
  isOurs: boolean
}

export interface Panel {
  title: string
  rows: Row[]
}

export interface Chart {
  title: string
  /** What the axis counts, and what the bars of a row are if there are several. */
  caption: string
  panels: Panel[]
}

const width = 760
const labelWidth = 250
const textWidth = 150
const margin = 16
const barHeight = 9
const rowGap = 9
const panelGap = 18
const barsWidth = width - labelWidth - textWidth - 2 * margin

const styles = `
    .page { fill: #ffffff; stroke: #d0d7de }
    text { font: 12px system-ui, sans-serif; fill: #1f2328 }
    .title { font-size: 15px; font-weight: 600 }
    .panel { font-weight: 600 }
    .caption { fill: #59636e }
    .ours { fill: #0969da } .theirs { fill: #818b98 } .second { opacity: 0.5 }
    .axis { stroke: #59636e }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #3d444d }
      text { fill: #f0f6fc }
      .caption { fill: #9198a1 }
      .ours { fill: #4493f8 } .theirs { fill: #656c76 }
      .axis { stroke: #9198a1 }
    }`

const escapeMarkup = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const heightOfRow = ({ values }: Row) => values.length * barHeight + rowGap

const drawRow = (row: Row, y: number, most: number): string => {
  const kind = row.isOurs ? 'ours' : 'theirs'
  const middle = y + (row.values.length * barHeight) / 2 + 4
  const bars = row.values.map((value, index) => {
    const length = Math.max(1, (value / most) * barsWidth).toFixed(1)
    const top = y + index * barHeight
    return `  <rect class="${kind}${index > 0 ? ' second' : ''}" x="${margin + labelWidth}" y="${top}" width="${length}" height="${barHeight - 1}"/>`
  })
  const longest = (Math.max(...row.values) / most) * barsWidth
  return [
    `  <text x="${margin + labelWidth - 8}" y="${middle}" text-anchor="end">${escapeMarkup(row.label)}</text>`,
    ...bars,
    `  <text x="${(margin + labelWidth + longest + 6).toFixed(1)}" y="${middle}">${escapeMarkup(row.text)}</text>`,
  ].join('\n')
}

/** A panel with an axis of its own that begins at nothing, and where the next one may begin. */
const drawPanel = ({ title, rows }: Panel, top: number): { svg: string; end: number } => {
  const most = Math.max(...rows.flatMap(({ values }) => values))
  let y = top + 22
  const axisTop = y - 4
  const drawn = rows.map((row) => {
    const svg = drawRow(row, y, most)
    y += heightOfRow(row)
    return svg
  })
  const x = margin + labelWidth
  const axis = `  <line class="axis" x1="${x}" x2="${x}" y1="${axisTop}" y2="${y - 4}"/>`
  const heading = `  <text class="panel" x="${margin}" y="${top + 12}">${escapeMarkup(title)}</text>`
  return { svg: [heading, ...drawn, axis].join('\n'), end: y + panelGap }
}

/** Draws bars in panels, readable on light and on dark pages. */
export const drawBarChart = ({ title, caption, panels }: Chart): string => {
  let top = 62
  const drawn = panels.map((panel) => {
    const { svg, end } = drawPanel(panel, top)
    top = end
    return svg
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-label="${escapeMarkup(title)}">
  <style>${styles}
  </style>
  <rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${top - 1}" rx="8"/>
  <text class="title" x="${margin}" y="26">${escapeMarkup(title)}</text>
  <text class="caption" x="${margin}" y="45">${escapeMarkup(caption)}</text>
${drawn.join('\n')}
</svg>
`
}
