import { createHash } from 'node:crypto'

// Ids come from what is answered, not from chance: a second recording carries the same ids.
export function idFor(prefix, ...parts) {
  return prefix + createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 24)
}
