// Brings the three request dialects to one shape: { model, stream, system, messages: [{ role, text }], size }.

const joined = (content) =>
  typeof content === 'string'
    ? content
    : (content ?? [])
        .filter((part) => ['text', 'input_text', 'output_text'].includes(part.type))
        .map((part) => part.text)
        .join('\n')

function openAiChat(body) {
  const isSystem = (message) => message.role === 'system' || message.role === 'developer'
  return {
    system: body.messages.filter(isSystem).map((m) => joined(m.content)).join('\n'),
    messages: body.messages.filter((m) => !isSystem(m)).map((m) => ({ role: m.role, text: joined(m.content) })),
  }
}

// Responses lists calls and reasoning as items of their own; items of one answer count as one assistant message.
function openAiResponses(body) {
  const messages = []
  let system = body.instructions ?? ''
  for (const item of body.input) {
    if (item.role === 'system' || item.role === 'developer') system += joined(item.content)
    else if (item.role === 'user') messages.push({ role: 'user', text: joined(item.content) })
    else if (item.type === 'function_call_output') messages.push({ role: 'tool', text: '' })
    else if (messages.at(-1)?.role !== 'assistant') messages.push({ role: 'assistant', text: joined(item.content) })
  }
  return { system, messages }
}

function anthropic(body) {
  return {
    system: joined(body.system),
    messages: body.messages.map((m) => ({ role: m.role, text: joined(m.content) })),
  }
}

const dialects = { chat: openAiChat, responses: openAiResponses, anthropic }

export function readRequest(dialect, body) {
  const { system, messages } = dialects[dialect](body)
  const counted = [body.messages, body.input, body.system, body.instructions, body.tools]
  return {
    model: body.model,
    stream: body.stream === true,
    system,
    messages,
    size: JSON.stringify(counted.filter((part) => part !== undefined)),
  }
}
