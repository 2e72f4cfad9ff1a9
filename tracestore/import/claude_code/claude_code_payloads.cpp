#include "tracestore/import/claude_code/claude_code_payloads.h"

#include "tracestore/import/claude_code/claude_code_content.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace tracestore {
namespace {

    using simdjson::dom::array;
    using simdjson::dom::element;
    using simdjson::dom::object;

    Failure changed()
    {
        return fail(ErrorCode::Io,
                    "The session file has changed since it was opened. Open it again.");
    }

    Role roleOf(std::string_view word)
    {
        if (word == "assistant")
            return Role::Assistant;
        if (word == "user")
            return Role::User;
        return word == "system" ? Role::System : Role::Other;
    }

    /// Results of tools are written as messages of the user; they are none.
    Role roleOf(const object& message, const std::vector<MessagePart>& parts)
    {
        const bool isResult = !parts.empty() && std::holds_alternative<ToolResultPart>(parts[0]);
        const Role role = roleOf(textAt(message, "role"));
        return role == Role::User && isResult ? Role::Tool : role;
    }

    /// The message of a line; the text of a line that has none (a queued prompt, a summary).
    std::optional<Message> messageOf(const object& line)
    {
        Message result;
        if (const auto message = objectAt(line, "message")) {
            result.parts = claudeParts(*message);
            result.role = roleOf(*message, result.parts);
            result.finishReason = textAt(*message, "stop_reason");
            if (result.role == Role::Tool || result.role == Role::Other)
                result.origRole = textAt(*message, "role");
            return result;
        }
        const auto attachment = objectAt(line, "attachment");
        if (!attachment)
            return std::nullopt;
        element prompt;
        if ((*attachment)["prompt"].get(prompt))
            return std::nullopt;
        result.role = Role::User;
        array blocks;
        if (prompt.get(blocks)) {
            result.parts.push_back(claudePart(prompt));
            return result;
        }
        for (const element block : blocks)
            result.parts.push_back(claudePart(block));
        return result;
    }

    /// The block at a place of a line's message.
    std::optional<object> blockAt(const object& line, std::uint32_t place)
    {
        const auto message = objectAt(line, "message");
        const auto blocks = message ? arrayAt(*message, "content") : std::nullopt;
        element block;
        object result;
        if (!blocks || blocks->at(place).get(block) || block.get(result))
            return std::nullopt;
        return result;
    }

    void addUnique(std::vector<std::string>& to, const std::string& text)
    {
        if (!text.empty() && std::ranges::find(to, text) == to.end())
            to.push_back(text);
    }

} // namespace

ClaudeCodePayloads::ClaudeCodePayloads(Data data)
    : m_data(std::move(data))
{ }

Result<std::string> ClaudeCodePayloads::line(std::uint32_t node) const
{
    const Node& at = m_data.nodes[node];
    return m_data.files[at.file]->read(at.offset, at.length);
}

Result<std::string> ClaudeCodePayloads::raw(SpanId span) const
{
    if (span.index() >= m_data.steps.size())
        return fail(ErrorCode::NotFound, "There is no such step.");
    std::string text;
    for (const std::uint32_t node : m_data.steps[span.index()].lines) {
        const auto bytes = line(node);
        if (!bytes)
            return fail(bytes.error());
        text += (text.empty() ? "" : "\n") + *bytes;
    }
    return text;
}

void ClaudeCodePayloads::save(BinaryWriter& to) const
{
    to.value(static_cast<std::uint64_t>(m_data.files.size()));
    for (const auto& file : m_data.files)
        to.text(file->name());
    to.vector(m_data.nodes);
    to.value(static_cast<std::uint64_t>(m_data.calls.size()));
    for (const Call& call : m_data.calls) {
        to.vector(call.lines);
        to.vector(call.results);
    }
    to.value(static_cast<std::uint64_t>(m_data.steps.size()));
    for (const Step& step : m_data.steps) {
        to.value(step.how);
        to.vector(step.lines);
        for (const std::uint32_t value :
             {step.callLine, step.callPlace, step.resultLine, step.resultPlace})
            to.value(value);
    }
}

std::shared_ptr<const ClaudeCodePayloads>
ClaudeCodePayloads::restored(const std::vector<ImportFile>& files, BinaryReader& from)
{
    Data data;
    // Not all files of an import were of use to it.
    for (std::uint64_t left = from.count(); left > 0; --left) {
        const std::string name = from.text();
        const auto file = std::ranges::find_if(
            files, [&](const ImportFile& one) { return one.bytes->name() == name; });
        if (file == files.end())
            from.refuse();
        else
            data.files.push_back(file->bytes);
    }
    data.nodes = from.vector<Node>();
    const auto isNode = [&](std::uint32_t node) { return node < data.nodes.size(); };
    const auto isNodeOrNone
        = [&](std::uint32_t node) { return node == ClaudeLine::kNone || isNode(node); };
    for (std::uint64_t left = from.count(); left > 0; --left) {
        Call& call = data.calls.emplace_back();
        call.lines = from.vector<std::uint32_t>();
        call.results = from.vector<std::uint32_t>();
        if (!std::ranges::all_of(call.lines, isNode) || !std::ranges::all_of(call.results, isNode))
            from.refuse();
    }
    for (std::uint64_t left = from.count(); left > 0; --left) {
        Step& step = data.steps.emplace_back();
        step.how = from.value<ClaudePayload>();
        step.lines = from.vector<std::uint32_t>();
        for (std::uint32_t* value :
             {&step.callLine, &step.callPlace, &step.resultLine, &step.resultPlace})
            *value = from.value<std::uint32_t>();
        if (!std::ranges::all_of(step.lines, isNode) || !isNodeOrNone(step.callLine)
            || !isNodeOrNone(step.resultLine))
            from.refuse();
    }
    for (const Node& node : data.nodes) {
        const bool isFine = node.file < data.files.size() && isNodeOrNone(node.parent)
            && (node.call == ClaudeLine::kNone || node.call < data.calls.size());
        if (!isFine)
            from.refuse();
    }
    return from.isFine() ? std::make_shared<const ClaudeCodePayloads>(std::move(data)) : nullptr;
}

Result<SpanDetail> ClaudeCodePayloads::detail(SpanId span) const
{
    return detail(span, true);
}

Result<SpanDetail> ClaudeCodePayloads::detail(SpanId span, bool withContext) const
{
    if (span.index() >= m_data.steps.size())
        return fail(ErrorCode::NotFound, "There is no such step.");
    const Step& step = m_data.steps[span.index()];
    SpanDetail detail;
    Result<void> done;
    switch (step.how) {
    case ClaudePayload::Input:
        done = readInput(step, detail);
        break;
    case ClaudePayload::Output:
        done = readOutput(step, detail);
        break;
    case ClaudePayload::Call:
        done = readOutput(step, detail);
        if (done && withContext)
            done = readContext(step, detail);
        break;
    case ClaudePayload::Tool:
        done = readTool(step, detail);
        break;
    case ClaudePayload::Attributes:
        break;
    }
    if (done)
        done = readAttributes(step, detail);
    if (!done)
        return fail(done.error());
    return detail;
}

/// Adds the messages of lines in their order. Lines of one answer become one message, which stands
/// where the first of them stands.
Result<void> ClaudeCodePayloads::addMessages(const std::vector<std::uint32_t>& nodes,
                                             std::vector<Message>& to) const
{
    JsonDom parser;
    std::unordered_map<std::uint32_t, std::size_t> messageOfCall;
    for (const std::uint32_t node : nodes) {
        const auto bytes = line(node);
        if (!bytes)
            return fail(bytes.error());
        const auto parsed = parser.parseObject(*bytes, false);
        if (!parsed)
            return changed();
        auto message = messageOf(*parsed);
        if (!message)
            continue;
        const std::uint32_t call = m_data.nodes[node].call;
        const auto [known, isNew] = messageOfCall.try_emplace(call, to.size());
        if (call == ClaudeLine::kNone || isNew) {
            to.push_back(std::move(*message));
            continue;
        }
        Message& whole = to[known->second];
        std::ranges::move(message->parts, std::back_inserter(whole.parts));
        if (!message->finishReason.empty())
            whole.finishReason = message->finishReason;
    }
    return {};
}

Result<void> ClaudeCodePayloads::readInput(const Step& step, SpanDetail& detail) const
{
    auto done = addMessages(step.lines, detail.input);
    detail.inputState = detail.input.empty() ? ContentState::Absent : ContentState::Full;
    return done;
}

Result<void> ClaudeCodePayloads::readOutput(const Step& step, SpanDetail& detail) const
{
    auto done = addMessages(step.lines, detail.output);
    detail.outputState = detail.output.empty() ? ContentState::Absent : ContentState::Full;
    for (const Message& message : detail.output)
        addUnique(detail.finishReasons, message.finishReason);
    return done;
}

Result<void> ClaudeCodePayloads::readContext(const Step& step, SpanDetail& detail) const
{
    bool isCut = false;
    const auto nodes = contextOf(step.lines.front(), isCut);
    auto done = addMessages(nodes, detail.input);
    if (!detail.input.empty())
        detail.inputState = isCut ? ContentState::Truncated : ContentState::Reconstructed;
    return done;
}

/// The lines that went into a call, in file order: those on the way up from it, and of every answer
/// on that way all lines and all results, since parallel tools lie beside the way.
std::vector<std::uint32_t> ClaudeCodePayloads::contextOf(std::uint32_t first, bool& isCut) const
{
    std::unordered_set<std::uint32_t> seen;
    std::unordered_set<std::uint32_t> calls {m_data.nodes[first].call};
    std::vector<std::uint32_t> lines;
    const auto take = [&](std::uint32_t node) {
        if (node < first && m_data.nodes[node].isTalk)
            lines.push_back(node);
    };
    isCut = m_data.nodes[first].isCut;
    std::uint32_t at = m_data.nodes[first].parent;
    while (at != ClaudeLine::kNone && seen.insert(at).second) {
        const Node& node = m_data.nodes[at];
        isCut = isCut || node.isCut;
        if (node.call == ClaudeLine::kNone) {
            take(at);
        } else if (calls.insert(node.call).second) {
            std::ranges::for_each(m_data.calls[node.call].lines, take);
            std::ranges::for_each(m_data.calls[node.call].results, take);
        }
        at = node.parent;
    }
    std::ranges::sort(lines);
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    return lines;
}

Result<void> ClaudeCodePayloads::readTool(const Step& step, SpanDetail& detail) const
{
    JsonDom parser;
    if (step.callLine != ClaudeLine::kNone) {
        const auto bytes = line(step.callLine);
        const auto parsed = bytes ? parser.parseObject(*bytes, false) : fail(bytes.error());
        const auto block = parsed ? blockAt(*parsed, step.callPlace) : std::nullopt;
        if (!block)
            return bytes ? changed() : fail(bytes.error());
        detail.toolArguments = jsonAt(*block, "input");
        addClaudeAttributes(
            detail.attributes, *block, "tool_use.", {"input", "type", "name", "id"});
    }
    if (step.resultLine == ClaudeLine::kNone)
        return {};
    const auto bytes = line(step.resultLine);
    const auto parsed = bytes ? parser.parseObject(*bytes, false) : fail(bytes.error());
    const auto block = parsed ? blockAt(*parsed, step.resultPlace) : std::nullopt;
    if (!block)
        return bytes ? changed() : fail(bytes.error());
    detail.toolResult = claudeResultText(*block);
    auto media = claudeResultMedia(*block);
    if (!media.empty()) {
        detail.output.push_back({.role = Role::Tool, .parts = std::move(media)});
        detail.outputState = ContentState::Full;
    }
    if (objectAt(*parsed, "toolUseResult") || arrayAt(*parsed, "toolUseResult"))
        detail.attributes.push_back({"toolUseResult", jsonAt(*parsed, "toolUseResult")});
    return {};
}

/// What the step's lines say besides their messages: of an answer that is many lines the last one
/// speaks, of anything else the first.
Result<void> ClaudeCodePayloads::readAttributes(const Step& step, SpanDetail& detail) const
{
    if (step.lines.empty())
        return {};
    const bool isCall = step.how == ClaudePayload::Call;
    const auto bytes = line(isCall ? step.lines.back() : step.lines.front());
    if (!bytes)
        return fail(bytes.error());
    JsonDom parser;
    const auto parsed = parser.parseObject(*bytes, false);
    if (!parsed)
        return changed();
    addClaudeAttributes(detail.attributes, *parsed, "", {"message", "toolUseResult"});
    if (const auto message = objectAt(*parsed, "message"); message && isCall)
        addClaudeAttributes(
            detail.attributes, *message, "message.", {"content", "role", "type", "stop_reason"});
    return {};
}

/// Goes on from the context of the call before, as far as both are the same lines.
class ClaudeCodePayloads::Walk : public PayloadWalk
{
public:
    explicit Walk(const ClaudeCodePayloads& payloads)
        : m_payloads(payloads)
    { }

    Result<StepContent> read(SpanId span) override
    {
        auto detail = m_payloads.detail(span, false);
        if (!detail)
            return fail(std::move(detail).error());
        StepContent content {m_pool.chainOf(std::exchange(detail->input, {})), std::move(*detail)};
        content.rest.attributes.clear();
        const Step& step = m_payloads.m_data.steps[span.index()];
        if (step.how != ClaudePayload::Call)
            return content;
        auto done = readContext(step, content);
        if (!done)
            return fail(std::move(done).error());
        return content;
    }

private:
    /// The list of messages that the first so many lines of a context make.
    struct Cut
    {
        std::size_t lines = 0;
        MessageChain messages;
    };

    Result<void> readContext(const Step& step, StepContent& to)
    {
        bool isCut = false;
        std::vector<std::uint32_t> lines = m_payloads.contextOf(step.lines.front(), isCut);
        goBackTo(lines);
        const Cut kept = m_cuts.back();
        const std::vector<std::uint32_t> rest(
            lines.begin() + static_cast<std::ptrdiff_t>(kept.lines), lines.end());
        std::vector<Message> messages;
        if (auto done = m_payloads.addMessages(rest, messages); !done)
            return done;
        for (std::size_t i = kept.lines; i < lines.size(); ++i)
            m_firstOfCall.try_emplace(callOf(lines[i]), i);
        m_cuts.push_back({lines.size(), m_pool.extended(kept.messages, std::move(messages))});
        m_lines = std::move(lines);
        to.input = m_cuts.back().messages;
        if (!to.input.isEmpty())
            to.rest.inputState = isCut ? ContentState::Truncated : ContentState::Reconstructed;
        return {};
    }

    [[nodiscard]] std::uint32_t callOf(std::uint32_t line) const
    {
        return m_payloads.m_data.nodes[line].call;
    }

    /// Forgets the cuts behind which these lines are others, or go on with an answer before it.
    void goBackTo(const std::vector<std::uint32_t>& lines)
    {
        const auto shared
            = static_cast<std::size_t>(std::ranges::mismatch(lines, m_lines).in1 - lines.begin());
        dropBehind(shared);
        for (std::size_t i = lines.size(); i-- > m_cuts.back().lines;) {
            const auto first = m_firstOfCall.find(callOf(lines[i]));
            if (callOf(lines[i]) != ClaudeLine::kNone && first != m_firstOfCall.end())
                dropBehind(first->second);
        }
        std::erase_if(m_firstOfCall,
                      [&](const auto& one) { return one.second >= m_cuts.back().lines; });
    }

    void dropBehind(std::size_t lines)
    {
        while (m_cuts.back().lines > lines)
            m_cuts.pop_back();
    }

    const ClaudeCodePayloads& m_payloads;
    ChainPool m_pool;
    std::vector<std::uint32_t> m_lines; ///< of the call before
    std::vector<Cut> m_cuts {Cut()}; ///< of m_lines, in their order; the first is the empty one
    std::unordered_map<std::uint32_t, std::size_t> m_firstOfCall; ///< place in m_lines
};

std::unique_ptr<PayloadWalk> ClaudeCodePayloads::walk() const
{
    return std::make_unique<Walk>(*this);
}

} // namespace tracestore
