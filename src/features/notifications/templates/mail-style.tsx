/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'

// Bun reads the tsconfig.json of the folder that it is started in, so each file with JSX names its runtime itself.

// Mail clients drop classes and style sheets as they like, so every style that matters is inline; the classes only
// recolour a mail for a dark screen. Outlook for Windows draws with Word: it knows tables, and no `max-width`.

export const fontFamily = 'Segoe UI, Helvetica, Arial, sans-serif'

export const colour = {
  page: '#f1f4f5',
  card: '#ffffff',
  ink: '#1c2326',
  quiet: '#5a676d',
  line: '#dde3e5',
  brand: '#1f4e5f',
}

/** The one style sheet of a mail, which it can do without: colours for a dark screen. */
export const darkStyle = `
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (prefers-color-scheme: dark) {
  .page { background-color: #14181a !important }
  .card { background-color: #1f2528 !important }
  .ink { color: #eceff0 !important }
  .quiet { color: #aab4b9 !important }
  .line { border-color: #3a4448 !important }
  .link { color: #8fcbe0 !important }
  .code { background-color: #2a3236 !important }
  .button { background-color: #2b6f88 !important }
}`

/** A table that only places things, and says so to screen readers. */
export const Layout = ({ width, children }: { width?: string; children: Child }) => (
  <table role="presentation" {...(width && { width })} cellpadding="0" cellspacing="0" border={0}>
    {children}
  </table>
)
