// Every text that the recorder itself put into the session: the prompts and all strings of the scenes.

function* stringsIn(value) {
  if (typeof value === 'string') yield value
  else if (value && typeof value === 'object') for (const part of Object.values(value)) yield* stringsIn(part)
}

export class OwnTexts {
  constructor(...sources) {
    this.texts = new Set(stringsIn(sources))
  }

  has(text) {
    return this.texts.has(text)
  }

  demand(text) {
    if (!this.has(text)) throw new Error(`a text of somebody else: ${text.slice(0, 200)}`)
  }

  // Prompts and answers must be word for word ours; results of tools are looked at one by one elsewhere.
  check(line) {
    const said = [line.lastPrompt, line.type === 'queue-operation' ? line.content : undefined].filter(Boolean)
    const content = line.message?.content ?? []
    if (typeof content === 'string') said.push(content)
    else for (const block of content) said.push(...this.saidIn(block))
    said.forEach((text) => this.demand(text))
  }

  saidIn(block) {
    if (block.type === 'tool_use') return [...stringsIn(block.input)]
    if (block.type === 'tool_result') return []
    return [block.text ?? block.thinking]
  }
}
