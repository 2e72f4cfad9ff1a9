// What the tools answered. Output of commands and text of files is ours and stays; the sentences that the command line
// puts around an edit or a task are replaced by short ones of our own.

const withoutReminders = (text) => text.replace(/\n*<system-reminder>[\s\S]*?<\/system-reminder>\n*/g, '')

function numberedLines(text) {
  const lines = withoutReminders(text)
  if (!lines.split('\n').every((line) => /^\s*\d+\t/.test(line))) throw new Error(`not the text of a file: ${text}`)
  return lines
}

function commandOutput(text, { result, isError }) {
  if (isError && !text.startsWith('Exit code')) throw new Error(`not the output of a command: ${text}`)
  return isError ? text : (result?.stdout ?? text).replace('(Bash completed with no output)', '') || '(no output)'
}

function edited(text, { input, isError }) {
  if (isError) return `<tool_use_error>The text to replace is not in the file: ${input.old_string}</tool_use_error>`
  return `Edited ${input.file_path}`
}

const writers = {
  Bash: commandOutput,
  Read: numberedLines,
  Edit: edited,
  Write: (text, { input }) => `Wrote ${input.file_path}`,
  TaskCreate: (text, { result }) => `Task ${result.task.id}: ${result.task.subject}`,
  TaskUpdate: (text, { input }) => `Task ${input.taskId}: ${input.status}`,
}

function contentOf(block, call, result, own) {
  if (call.name === 'Agent') return block.content.filter((part) => own.has(part.text))
  const writer = writers[call.name]
  if (!writer) throw new Error(`no rule for results of ${call.name}`)
  return writer(block.content, { input: call.input, result, isError: block.is_error })
}

// The rich form of a result repeats the text when the tool failed, and a helper's answer when it did not.
function richResult(result, call, content) {
  if (typeof result === 'string') return `Error: ${content.replace(/<\/?tool_use_error>/g, '')}`
  return call.name === 'Agent' ? { ...result, content } : result
}

export function cleanResults(line, callOf, own) {
  const block = Array.isArray(line.message?.content) ? line.message.content.find((b) => b.type === 'tool_result') : null
  if (!block) return line
  const call = callOf.get(block.tool_use_id)
  const content = contentOf(block, call, line.toolUseResult, own)
  const message = { ...line.message, content: [{ ...block, content }] }
  const rich = line.toolUseResult && { toolUseResult: richResult(line.toolUseResult, call, content) }
  return { ...line, message, ...rich }
}
