import { context, createContextKey } from '@opentelemetry/api'

const key = createContextKey('conversation')

export const inConversation = (id, work) => context.with(context.active().setValue(key, id), work)

// Writes the conversation on every span that starts inside it, as the GenAI conventions ask for.
export class ConversationProcessor {
  onStart(span, parent) {
    const id = parent.getValue(key)
    if (id) span.setAttribute('gen_ai.conversation.id', id)
  }
  onEnd() {}
  async forceFlush() {}
  async shutdown() {}
}
