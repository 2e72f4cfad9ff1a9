import { SpanKind, trace } from '@opentelemetry/api'
import { inConversation } from '../otlp/conversation.mjs'
import { sleep } from '../server/pace.mjs'

const tracer = trace.getTracer('support-desk', '1.0.0')
const said = (role, content, more) => JSON.stringify([{ role, parts: [{ type: 'text', content }], ...more }])

// One turn is one trace: a workflow span around everything that happens until the customer has an answer.
function runTurn(conversation, history, text, manager) {
  const attributes = {
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'support-desk',
    'gen_ai.input.messages': said('user', text),
    'user.id': conversation.customer,
  }
  return tracer.startActiveSpan('invoke_workflow support-desk', { kind: SpanKind.INTERNAL, attributes }, async (span) => {
    history.push({ role: 'user', content: text })
    const answer = await manager([...history])
    history.push({ role: 'assistant', content: answer })
    span.setAttribute('gen_ai.output.messages', said('assistant', answer, { finish_reason: 'stop' }))
    span.end()
  })
}

export async function runConversation(conversation, manager) {
  const history = []
  await sleep(conversation.after)
  for (const { text, pause = 0 } of conversation.turns) {
    await sleep(pause)
    await inConversation(conversation.id, () => runTurn(conversation, history, text, manager))
  }
}
