/** What a mail would look like: for the development mailbox. */
export interface MailPreviews {
  render(template: string, locale: string): Promise<{ subject: string; text: string; html: string }>
}
