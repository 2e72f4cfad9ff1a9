// Which lines and fields of a session stay.

const conversation = ['user', 'assistant', 'progress', 'summary']
const bookkeeping = ['queue-operation', 'last-prompt']

// Meta lines and synthetic answers are texts of the command line itself; attachments are listings and reminders.
export function isOurs(line) {
  if (line.isMeta || line.message?.model === '<synthetic>') return false
  if (line.type === 'system') return line.subtype === 'api_error'
  return conversation.includes(line.type) || bookkeeping.includes(line.type)
}

const fields = new Set(
  (
    'type subtype uuid parentUuid logicalParentUuid sessionId timestamp version cwd gitBranch userType isSidechain agentId ' +
    'promptId permissionMode promptSource entrypoint message requestId toolUseResult sourceToolAssistantUUID attributionAgent ' +
    'operation content lastPrompt leafUuid level error retryAttempt retryInMs maxRetries'
  ).split(' '),
)

export function keptFields(line) {
  const kept = Object.fromEntries(Object.entries(line).filter(([key]) => fields.has(key)))
  // The error of a failed request carries headers; its status and the server's message are enough.
  if (kept.error) kept.error = { status: line.error.status, message: line.error.error?.error?.message ?? 'Overloaded' }
  return kept
}

// A line whose parent goes away hangs on the next ancestor that stays.
export function relinked(lines) {
  const parentOf = new Map(lines.filter((line) => line.uuid && !isOurs(line)).map((line) => [line.uuid, line.parentUuid]))
  const staying = (uuid) => (parentOf.has(uuid) ? staying(parentOf.get(uuid)) : uuid)
  const links = ['parentUuid', 'leafUuid', 'logicalParentUuid']
  return lines.map((line) => {
    const changed = links.filter((link) => line[link]).map((link) => [link, staying(line[link])])
    return { ...line, ...Object.fromEntries(changed) }
  })
}
