#include "gui/messages/conversation_builder.h"

#include "gui/models/json_document.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/theme/words.h"
#include "tracestore/base/saturated.h"
#include "tracestore/model/call_history.h"

#include <QCoreApplication>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using namespace tracestore;

namespace {

    constexpr qsizetype kMaxShown = 4000;
    constexpr qsizetype kMaxLines = 80;
    constexpr std::size_t kMaxPretty = std::size_t {1} << 20U;
    constexpr std::size_t kMaxScan = std::size_t {64} << 10U;
    constexpr int kSystemLines = 3;
    constexpr int kReasoningLines = 2;
    constexpr int kErrorLines = 3; ///< with the label

    QString conversationText(const char* text)
    {
        return QCoreApplication::translate("gui::Conversation", text);
    }

    /// The beginning of a text, cut at a line end where there is one near.
    BlockSection sectionOf(std::string_view text, TextSyntax syntax, PartRef whole)
    {
        BlockSection section {.syntax = syntax, .whole = whole};
        // Four bytes are the most that a character takes; a bit more shows that it goes on.
        constexpr std::size_t kEnough = std::size_t {4} * kMaxShown + 4;
        section.text = toText(text.substr(0, kEnough));
        section.size
            = text.size() > kEnough ? static_cast<qsizetype>(text.size()) : section.text.size();
        qsizetype end = std::min(section.text.size(), kMaxShown);
        qsizetype lineEnd = -1;
        for (qsizetype line = 0; line < kMaxLines; ++line) {
            lineEnd = section.text.indexOf(u'\n', lineEnd + 1);
            if (lineEnd < 0 || lineEnd >= end)
                break;
            if (line + 1 == kMaxLines)
                end = lineEnd;
        }
        section.isCut = end < section.text.size() || text.size() > kEnough;
        if (section.isCut && end > 0 && section.text[end - 1].isHighSurrogate())
            --end;
        section.text.truncate(end);
        return section;
    }

    BlockSection dataSection(const QString& label, std::string_view text, PartRef whole)
    {
        BlockSection section;
        if (text.size() <= kMaxScan && (looksLikeJson(text) || text.starts_with('"'))) {
            const ReadableText shown = readable(text);
            const QByteArray utf8 = shown.text.toUtf8();
            section = sectionOf(
                {utf8.constData(), static_cast<std::size_t>(utf8.size())}, shown.syntax, whole);
        } else {
            section = sectionOf(
                text, looksLikeJson(text) ? TextSyntax::Json : TextSyntax::Plain, whole);
        }
        section.label = label;
        return section;
    }

    /// The arguments of a call in a line without the marks of JSON: `path: a.txt · limit: 5`.
    QString argumentsLine(std::string_view json)
    {
        constexpr qsizetype kMaxArguments = 8;
        constexpr std::size_t kMaxBytes = 800;
        if (json.size() > kMaxScan || !looksLikeJson(json))
            return singleLine(json);
        const auto document = JsonDocument::parse(std::string(json));
        if (!document || (*document)->type((*document)->root()) != JsonType::Object)
            return singleLine(json);
        const JsonDocument& object = **document;
        QStringList parts;
        JsonDocument::Child child;
        for (std::size_t at = JsonDocument::firstChild(object.root());
             parts.size() < kMaxArguments && object.child(at, true, child);
             at = child.next) {
            const bool isString = object.type(child.value) == JsonType::String;
            const QString value = singleLine(isString ? object.stringAt(child.value, kMaxBytes)
                                                      : object.raw(child.value));
            parts += singleLine(object.stringAt(child.key, kMaxBytes), 60) + u": "_s + value;
        }
        return parts.join(u"  ·  "_s);
    }

    /// Empty for what is a moment rather than a stretch of time.
    QString durationOf(const Trace& trace, SpanId span)
    {
        const auto duration = trace.duration(span);
        return duration && duration->ns == 0 ? QString() : formatDuration(duration);
    }

    QString trailingOf(const Trace& trace, SpanId span)
    {
        QStringList parts;
        // What a wrapper repeats of the calls below it would look like tokens of its own.
        const TokenUsage* usage = trace.countsInTotals(span) ? trace.usage(span) : nullptr;
        if (usage != nullptr && usage->total())
            parts += conversationText("%1 tokens").arg(formatCountShort(*usage->total()));
        if (const QString duration = durationOf(trace, span); !duration.isEmpty())
            parts += duration;
        return parts.join(u"  ·  "_s);
    }

    PartRef partRef(PartRef::Where where, std::size_t message, std::size_t part)
    {
        return {where, static_cast<std::uint32_t>(message), static_cast<std::uint32_t>(part)};
    }

    Block blockOfRole(const Message& message)
    {
        Block block;
        switch (message.role) {
        case Role::System:
            block.kind = BlockKind::System;
            block.title = conversationText("System");
            block.canFold = true;
            block.startsFolded = true;
            block.foldedLines = kSystemLines;
            break;
        case Role::User:
            block.kind = BlockKind::User;
            block.title = conversationText("User");
            block.spanKind = SpanKind::Message;
            break;
        case Role::Assistant:
            block.kind = BlockKind::Answer;
            block.title = conversationText("Assistant");
            block.spanKind = SpanKind::Llm;
            break;
        case Role::Tool:
            block.kind = BlockKind::ToolResult;
            block.title = conversationText("Tool result");
            block.spanKind = SpanKind::Tool;
            block.canFold = true;
            block.startsFolded = true;
            break;
        case Role::Other:
            block.kind = BlockKind::Other;
            block.title = message.origRole.empty() ? conversationText("Message")
                                                   : singleLine(message.origRole);
            break;
        }
        if (!message.name.empty() && message.role != Role::Tool)
            block.title += u" · "_s + singleLine(message.name, 60);
        return block;
    }

    /// Turns the parts of a message into blocks; texts in a row are one block.
    class MessageReader
    {
    public:
        MessageReader(const Message& message, PartRef::Where where, std::size_t index)
            : m_message(message)
            , m_where(where)
            , m_index(index)
        { }

        std::vector<Block> read()
        {
            for (; m_part < m_message.parts.size(); ++m_part)
                std::visit(*this, m_message.parts[m_part]);
            return std::move(m_blocks);
        }

        void operator()(const TextPart& part)
        {
            const bool isData = m_message.role == Role::Tool;
            BlockSection section = isData ? dataSection({}, part.text, ref())
                                          : sectionOf(part.text, TextSyntax::Markdown, ref());
            Block& block = talk();
            if (block.preview.isEmpty())
                block.preview = singleLine(part.text);
            block.sections.push_back(std::move(section));
        }

        void operator()(const ReasoningPart& part)
        {
            Block block {.kind = BlockKind::Reasoning, .title = conversationText("Reasoning")};
            block.spanKind = SpanKind::Llm;
            block.canFold = !part.text.empty();
            block.startsFolded = true;
            block.foldedLines = kReasoningLines;
            if (!part.text.empty())
                block.sections.push_back(sectionOf(part.text, TextSyntax::Markdown, ref()));
            else
                block.preview = part.isEncrypted
                    ? conversationText("kept by the provider (encrypted)")
                    : conversationText("not recorded");
            m_blocks.push_back(std::move(block));
        }

        void operator()(const ToolCallPart& part)
        {
            Block block {.kind = BlockKind::ToolCall, .title = singleLine(part.name, 120)};
            block.spanKind = SpanKind::Tool;
            block.canFold = block.startsFolded = true;
            block.preview = argumentsLine(part.arguments);
            block.sections.push_back(
                dataSection(conversationText("Arguments"), part.arguments, ref()));
            m_blocks.push_back(std::move(block));
        }

        void operator()(const ToolResultPart& part)
        {
            Block block {.kind = BlockKind::ToolResult, .title = conversationText("Tool result")};
            block.spanKind = SpanKind::Tool;
            if (!m_message.name.empty())
                block.title = conversationText("Result of %1").arg(singleLine(m_message.name, 100));
            block.canFold = block.startsFolded = true;
            block.status = part.isError ? SpanStatus::Error : SpanStatus::Unknown;
            block.preview = singleLine(part.content);
            block.sections.push_back(dataSection({}, part.content, ref()));
            block.sections.back().isError = part.isError;
            m_blocks.push_back(std::move(block));
        }

        void operator()(const MediaPart& part)
        {
            BlockMedia media {.isImage = part.mimeType.starts_with("image"),
                              .isEmbedded = !part.data.empty(),
                              .whole = ref()};
            const QString type
                = part.mimeType.empty() ? conversationText("file") : singleLine(part.mimeType, 60);
            media.label = part.data.empty()
                ? conversationText("%1 at %2 (not in the trace)")
                      .arg(type, singleLine(part.reference, 120))
                : conversationText("%1, %2 kB").arg(type).arg(part.data.size() * 3 / 4 / 1024 + 1);
            talk().media.push_back(std::move(media));
        }

        void operator()(const OtherPart& part)
        {
            BlockSection section = dataSection(singleLine(part.type, 80), part.json, ref());
            talk().sections.push_back(std::move(section));
        }

    private:
        [[nodiscard]] PartRef ref() const { return partRef(m_where, m_index, m_part); }

        /// The block that goes on with the message's own talk.
        Block& talk()
        {
            const Block made = blockOfRole(m_message);
            if (m_blocks.empty() || m_blocks.back().kind != made.kind
                || m_blocks.back().title != made.title)
                m_blocks.push_back(made);
            return m_blocks.back();
        }

        const Message& m_message;
        PartRef::Where m_where;
        std::size_t m_index;
        std::size_t m_part = 0;
        std::vector<Block> m_blocks;
    };

    Block errorBlock(const Trace& trace, SpanId span, const SpanDetail* detail)
    {
        Block block {.kind = BlockKind::Error, .title = conversationText("Failed")};
        block.spanKind = SpanKind::Error;
        block.status = SpanStatus::Error;
        if (const SpanError* error = trace.error(span)) {
            if (!error->type.empty())
                block.title = singleLine(error->type, 120);
            if (!error->message.empty())
                block.sections.push_back(sectionOf(error->message, TextSyntax::Plain, {}));
        }
        if (detail != nullptr && !detail->errorStack.empty()) {
            block.sections.push_back(
                sectionOf(detail->errorStack, TextSyntax::Plain, {PartRef::Where::Stack}));
            block.sections.back().label = conversationText("Stack");
            block.canFold = block.startsFolded = true;
            block.foldedLines = kErrorLines;
        }
        for (BlockSection& section : block.sections)
            section.isError = section.label.isEmpty();
        return block;
    }

    Block toolBlock(const Trace& trace, SpanId span, const SpanDetail& detail)
    {
        Block block = stepBlock(trace, span);
        block.kind = BlockKind::ToolCall;
        block.canFold = block.startsFolded = true;
        block.preview = argumentsLine(detail.toolArguments);
        const SpanError* error = trace.error(span);
        if (error != nullptr) {
            // What failed is what one looks for: first, and in sight while folded.
            block.sections.push_back(sectionOf(error->message, TextSyntax::Plain, {}));
            block.sections.back().label
                = error->type.empty() ? conversationText("Error") : singleLine(error->type, 80);
            block.sections.back().isError = true;
            block.foldedLines = kErrorLines;
        }
        if (!detail.toolArguments.empty())
            block.sections.push_back(dataSection(
                conversationText("Arguments"), detail.toolArguments, {PartRef::Where::Arguments}));
        const bool isToldAsError = error != nullptr && error->message == detail.toolResult;
        if (!detail.toolResult.empty() && !isToldAsError)
            block.sections.push_back(dataSection(
                conversationText("Result"), detail.toolResult, {PartRef::Where::Result}));
        for (std::size_t i = 0; i < detail.output.size(); ++i)
            for (const Block& part : messageBlocks(detail.output[i], PartRef::Where::Output, i))
                block.media.insert(block.media.end(), part.media.begin(), part.media.end());
        block.canFold = !block.sections.empty() || !block.media.empty();
        return block;
    }

    bool isTold(const Message& message, const StepDetails& details)
    {
        const std::string text = plainText(message);
        if (text.empty())
            return false;
        const auto says = [&](const Message& told) {
            return told.role == message.role && plainText(told) == text;
        };
        return std::ranges::any_of(details.told, [&](const SpanDetail* told) {
            return std::ranges::any_of(told->input, says)
                || std::ranges::any_of(told->output, says);
        });
    }

    /// An answer of the call before comes back as a message of this one.
    bool isEcho(const Message& message, const StepDetails& details)
    {
        if (message.role != Role::Assistant || details.previousCall == nullptr)
            return false;
        const std::string text = plainText(message);
        return std::ranges::any_of(details.previousCall->output, [&](const Message& answer) {
            return plainText(answer) == text;
        });
    }

    class CallReader
    {
    public:
        CallReader(const Trace& trace,
                   SpanId span,
                   const StepDetails& details,
                   const ToolSteps& tools)
            : m_trace(trace)
            , m_span(span)
            , m_details(details)
            , m_tools(tools)
        { }

        std::vector<Block> read()
        {
            readInput();
            readOutput();
            if (m_trace.status(m_span) == SpanStatus::Error)
                m_blocks.push_back(errorBlock(m_trace, m_span, m_details.step));
            return std::move(m_blocks);
        }

    private:
        void readInput()
        {
            const auto& input = m_details.step->input;
            const HistoryChange change = m_details.previousCall == nullptr
                ? HistoryChange {}
                : historyChange(m_details.previousCall->input, input);
            if (change.dropped > 0)
                note(change.isRewritten
                         ? conversationText(
                             "The history was rewritten: %1 earlier messages are gone")
                         : conversationText("%1 earlier messages were dropped from the context"),
                     change.dropped);
            const bool isOurs = m_details.step->inputState == ContentState::Reconstructed;
            for (std::size_t i = change.firstNew; i < input.size(); ++i) {
                const Message& message = input[i];
                const bool isKnownSystem = message.role == Role::System
                    && m_details.previousCall != nullptr
                    && std::ranges::find(m_details.previousCall->input, message)
                        != m_details.previousCall->input.end();
                if (isKnownSystem || isEcho(message, m_details) || isTold(message, m_details)
                    || (isOurs && message.role != Role::System))
                    continue;
                take(message, PartRef::Where::Input, i);
            }
        }

        void readOutput()
        {
            const std::size_t before = m_blocks.size();
            const auto& output = m_details.step->output;
            for (std::size_t i = 0; i < output.size(); ++i)
                take(output[i], PartRef::Where::Output, i);
            const QString model = singleLine(m_trace.model(m_span), 80);
            if (m_blocks.size() == before) {
                m_blocks.push_back(stepBlock(m_trace, m_span));
                if (!output.empty())
                    m_blocks.back().preview = conversationText("asked for the tools below");
            }
            m_blocks[before].trailing = trailingOf(m_trace, m_span);
            for (std::size_t i = before; i < m_blocks.size(); ++i)
                if (m_blocks[i].kind == BlockKind::Answer && !model.isEmpty())
                    m_blocks[i].title += u" · "_s + model;
        }

        void take(const Message& message, PartRef::Where where, std::size_t index)
        {
            for (Block& block : messageBlocks(message, where, index)) {
                if (isToolStep(message, block))
                    continue;
                m_blocks.push_back(std::move(block));
            }
        }

        /// Whether a tool call or result is shown as a step of its own.
        [[nodiscard]] bool isToolStep(const Message& message, const Block& block) const
        {
            if (block.sections.empty())
                return false;
            const std::size_t place = block.sections.front().whole.part;
            if (place >= message.parts.size())
                return false;
            const MessagePart& part = message.parts[place];
            if (const auto* call = std::get_if<ToolCallPart>(&part))
                return isStep(call->id) || m_tools.namesBehind.contains(call->name);
            if (const auto* result = std::get_if<ToolResultPart>(&part))
                return isStep(result->callId) || !m_tools.namesBefore.empty();
            return message.role == Role::Tool && !m_tools.namesBefore.empty();
        }

        [[nodiscard]] bool isStep(const std::string& callId) const
        {
            return m_tools.callIds != nullptr && m_tools.callIds->contains(callId);
        }

        void note(const QString& text, std::size_t count)
        {
            Block block {.kind = BlockKind::Note, .title = text.arg(count)};
            m_blocks.push_back(std::move(block));
        }

        const Trace& m_trace;
        SpanId m_span;
        const StepDetails& m_details;
        const ToolSteps& m_tools;
        std::vector<Block> m_blocks;
    };

    void takeAll(std::vector<Block>& to, const SpanDetail& detail)
    {
        const auto take = [&](const std::vector<Message>& messages, PartRef::Where where) {
            for (std::size_t i = 0; i < messages.size(); ++i)
                std::ranges::move(messageBlocks(messages[i], where, i), std::back_inserter(to));
        };
        take(detail.input, PartRef::Where::Input);
        take(detail.output, PartRef::Where::Output);
    }

    bool holdsTalk(SpanKind kind)
    {
        return kind == SpanKind::Message || kind == SpanKind::Turn || kind == SpanKind::Compaction
            || kind == SpanKind::Approval || kind == SpanKind::Plan || kind == SpanKind::Event;
    }

} // namespace

ReadableText readable(std::string_view text)
{
    // A tool that answers with a text is often recorded with the text in quotes.
    std::string inner;
    if (text.size() <= kMaxPretty && text.starts_with('"')) {
        const auto quoted = JsonDocument::parse(std::string(text));
        if (quoted && (*quoted)->type((*quoted)->root()) == JsonType::String) {
            inner = (*quoted)->stringAt((*quoted)->root());
            text = inner;
        }
    }
    if (text.size() <= kMaxPretty && looksLikeJson(text)) {
        if (const auto document = JsonDocument::parse(std::string(text)))
            return {toText(prettyJson(**document)), TextSyntax::Json};
    }
    return {toText(text), TextSyntax::Plain};
}

Block stepBlock(const Trace& trace, SpanId span)
{
    Block block {.kind = BlockKind::Step, .span = span, .title = singleLine(trace.name(span), 160)};
    block.spanKind = trace.kind(span);
    block.status = trace.status(span);
    block.trailing = trailingOf(trace, span);
    const StepChange change = changeOf(trace, span);
    block.changeMark = changeMark(change);
    if (block.spanKind != SpanKind::Event) // its name says it
        block.changed = changeWords(change);
    if (block.title.isEmpty())
        block.title = kindName(block.spanKind);
    const QString model = singleLine(trace.model(span), 80);
    if (block.spanKind == SpanKind::Llm && !model.isEmpty() && !block.title.contains(model))
        block.title += u" · "_s + model;
    if (const SpanError* error = trace.error(span); error != nullptr)
        block.preview = singleLine(error->message.empty() ? error->type : error->message);
    return block;
}

Block cardBlock(const Trace& trace, SpanId span)
{
    Block block = stepBlock(trace, span);
    block.kind = BlockKind::Card;
    const AgentId agent = trace.agentOf(span);
    const QString name = agent.isValid() ? singleLine(trace.agent(agent).name, 120) : QString();
    if (!name.isEmpty() && !block.title.contains(name))
        block.title = name + u" · "_s + block.title;
    std::int64_t tokens = 0;
    bool hasTokens = false;
    std::size_t errors = 0;
    const std::size_t first = trace.preOrderIndex(span);
    const std::size_t steps = trace.descendantCount(span);
    for (std::size_t i = first; i <= first + steps; ++i) {
        const SpanId inner = trace.preOrder()[i];
        errors += inner != span && trace.status(inner) == SpanStatus::Error ? 1 : 0;
        const TokenUsage* usage = trace.countsInTotals(inner) ? trace.usage(inner) : nullptr;
        const auto total = usage == nullptr ? std::nullopt : usage->total();
        tokens = saturatedSum(tokens, total.value_or(0));
        hasTokens = hasTokens || total.has_value();
    }
    QStringList facts {
        steps == 1
            ? conversationText("1 step")
            : conversationText("%1 steps").arg(formatCount(static_cast<std::int64_t>(steps)))};
    if (errors > 0)
        facts += conversationText("%1 failed").arg(errors);
    if (hasTokens)
        facts += conversationText("%1 tokens").arg(formatCountShort(tokens));
    if (const QString duration = durationOf(trace, span); !duration.isEmpty())
        facts += duration;
    block.trailing = facts.join(u"  ·  "_s);
    block.canFold = steps > 0;
    return block;
}

std::vector<Block> messageBlocks(const Message& message, PartRef::Where where, std::size_t index)
{
    return MessageReader(message, where, index).read();
}

std::vector<Block>
stepBlocks(const Trace& trace, SpanId span, const StepDetails& details, const ToolSteps& tools)
{
    std::vector<Block> blocks;
    const SpanKind kind = trace.kind(span);
    if (kind == SpanKind::Llm) {
        blocks = CallReader(trace, span, details, tools).read();
    } else if (kind == SpanKind::Tool) {
        blocks.push_back(toolBlock(trace, span, *details.step));
    } else {
        if (holdsTalk(kind))
            takeAll(blocks, *details.step);
        if (kind == SpanKind::Error)
            blocks.push_back(errorBlock(trace, span, details.step));
        if (blocks.empty())
            blocks.push_back(stepBlock(trace, span));
        if (blocks.front().trailing.isEmpty() && kind != SpanKind::Turn)
            blocks.front().trailing = trailingOf(trace, span);
    }
    for (Block& block : blocks)
        block.span = span;
    return blocks;
}

const MediaPart* mediaPart(const SpanDetail& detail, const PartRef& part)
{
    const auto& messages = part.where == PartRef::Where::Input ? detail.input : detail.output;
    if (part.message >= messages.size() || part.part >= messages[part.message].parts.size())
        return nullptr;
    return std::get_if<MediaPart>(&messages[part.message].parts[part.part]);
}

std::string wholeText(const SpanDetail& detail, const PartRef& part)
{
    switch (part.where) {
    case PartRef::Where::Arguments:
        return detail.toolArguments;
    case PartRef::Where::Result:
        return detail.toolResult;
    case PartRef::Where::Stack:
        return detail.errorStack;
    case PartRef::Where::None:
        return {};
    default:
        break;
    }
    const auto& messages = part.where == PartRef::Where::Input ? detail.input : detail.output;
    if (part.message >= messages.size() || part.part >= messages[part.message].parts.size())
        return {};

    struct Reader
    {
        std::string operator()(const TextPart& p) const { return p.text; }

        std::string operator()(const ReasoningPart& p) const { return p.text; }

        std::string operator()(const ToolCallPart& p) const { return p.arguments; }

        std::string operator()(const ToolResultPart& p) const { return p.content; }

        std::string operator()(const MediaPart& p) const { return p.reference; }

        std::string operator()(const OtherPart& p) const { return p.json; }
    };

    return std::visit(Reader(), messages[part.message].parts[part.part]);
}

QString blockText(const Block& block)
{
    QStringList lines;
    lines += block.title
        + (block.sections.empty() && !block.preview.isEmpty() ? u": "_s + block.preview
                                                              : QString());
    for (const BlockSection& section : block.sections) {
        if (!section.label.isEmpty())
            lines += section.label + u':';
        lines += visibleText(section.text);
        if (section.isCut)
            lines += u"…"_s;
    }
    for (const BlockMedia& media : block.media)
        lines += u'[' + media.label + u']';
    return lines.join(u'\n');
}

} // namespace gui
