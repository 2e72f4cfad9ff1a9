#include "tracestore/import/reading/step_payloads.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_repair.h"
#include "tracestore/import/messages/message_json.h"
#include "tracestore/import/messages/message_part_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace tracestore {
namespace {

    /// Content of a tool's answer as a text: parts of text are joined, anything else stays JSON.
    std::string resultText(const nlohmann::json& piece)
    {
        if (piece.is_string())
            return piece.get<std::string>();
        if (!piece.is_array() || piece.empty())
            return toJsonText(piece);
        std::string text;
        for (const nlohmann::json& one : piece) {
            const MessagePart part = partOf(one);
            const auto* words = std::get_if<TextPart>(&part);
            if (words == nullptr)
                return toJsonText(piece);
            text += (text.empty() ? "" : "\n") + words->text;
        }
        return text;
    }

} // namespace

StepPayloads::StepPayloads(const std::vector<ImportFile>& files)
{
    for (const ImportFile& file : files) {
        m_files.resize(std::max(m_files.size(), file.id.index() + 1));
        m_files[file.id.index()] = file.bytes;
    }
}

StepPayloads::Step& StepPayloads::stepOf(SpanId span)
{
    if (m_steps.size() <= span.index())
        m_steps.resize(span.index() + 1);
    return m_steps[span.index()];
}

void StepPayloads::append(SpanId span, const Piece& piece)
{
    Step& step = stepOf(span);
    const auto index = static_cast<std::uint32_t>(m_pieces.size());
    m_pieces.push_back(piece);
    if (step.last == kNone)
        step.first = index;
    else
        m_pieces[step.last].next = index;
    step.last = index;
}

void StepPayloads::add(SpanId span, const RawRef& place, ReadPiece read)
{
    append(span, {.place = place, .read = read});
}

void StepPayloads::addOutput(SpanId span, const RawRef& place, ReadMessages read)
{
    append(span, {.place = place, .readMessages = read, .kind = Kind::Output});
}

void StepPayloads::addInput(SpanId span, const RawRef& place, ReadMessages read)
{
    append(span, {.place = place, .readMessages = read, .kind = Kind::Input});
}

void StepPayloads::addRaw(SpanId span, const RawRef& place)
{
    append(span, {.place = place, .kind = Kind::Raw});
}

void StepPayloads::setInput(SpanId span, const Input& input)
{
    stepOf(span).input = static_cast<std::uint32_t>(m_inputs.size());
    m_inputs.push_back(input);
}

std::uint32_t StepPayloads::addHistory()
{
    m_histories.emplace_back();
    return static_cast<std::uint32_t>(m_histories.size() - 1);
}

std::uint32_t StepPayloads::addHistory(std::uint32_t from, std::size_t size)
{
    const std::size_t before = std::min(size, historySize(from));
    m_histories.push_back({.from = from, .before = before, .pieces = {}});
    return static_cast<std::uint32_t>(m_histories.size() - 1);
}

void StepPayloads::copyToHistory(std::uint32_t history, const Input& part)
{
    const std::vector<MessagePiece> stretch = stretchOf(part);
    std::ranges::copy(stretch, std::back_inserter(m_histories[history].pieces));
}

void StepPayloads::addToHistory(std::uint32_t history, const RawRef& place, ReadMessages read)
{
    m_histories[history].pieces.push_back({place, read});
}

/// From the last message back to the first, through the histories that it goes on from.
std::vector<StepPayloads::MessagePiece> StepPayloads::stretchOf(const Input& input) const
{
    std::vector<MessagePiece> stretch;
    std::size_t last = std::min(input.last, historySize(input.history));
    std::uint32_t at = input.history;
    while (last > input.first) {
        const History& history = m_histories[at];
        for (; last > std::max(history.before, input.first); --last)
            stretch.push_back(history.pieces[last - 1 - history.before]);
        at = history.from;
    }
    std::ranges::reverse(stretch);
    return stretch;
}

Result<std::string> StepPayloads::text(const RawRef& place) const
{
    return m_files[place.file.index()]->read(place.offset, place.length);
}

Result<nlohmann::json> StepPayloads::value(const RawRef& place) const
{
    const auto bytes = text(place);
    if (!bytes)
        return fail(bytes.error());
    auto parsed = parseJson(*bytes);
    // The import puts right what is wrong in the values of a record; so must this.
    if (!parsed && parsed.error().code == ErrorCode::Invalid)
        parsed = parseJson(repairedJson(*bytes));
    if (!parsed)
        return fail(ErrorCode::Corrupt,
                    "What the file holds of this step is not JSON that can be read ("
                        + parsed.error().message
                        + "). Its source text is in the Raw tab. If the file has changed since it "
                          "was opened, open it again.");
    return parsed;
}

Result<void> StepPayloads::readHistory(const Input& input, SpanDetail& to) const
{
    for (const MessagePiece& message : stretchOf(input)) {
        const auto piece = value(message.place);
        if (!piece)
            return fail(piece.error());
        if (auto done = message.read(*piece, to.input); !done)
            return done;
    }
    if (!to.input.empty())
        to.inputState = input.state;
    return {};
}

Result<void> StepPayloads::readPiece(const Piece& piece, SpanDetail& to) const
{
    if (piece.kind == Kind::Raw)
        return {};
    const auto read = value(piece.place);
    if (!read)
        return fail(read.error());
    if (piece.kind == Kind::Piece)
        return piece.read(*read, to);
    const bool isInput = piece.kind == Kind::Input;
    std::vector<Message>& messages = isInput ? to.input : to.output;
    ContentState& state = isInput ? to.inputState : to.outputState;
    auto done = piece.readMessages(*read, messages);
    if (done && !messages.empty() && state == ContentState::Absent)
        state = ContentState::Full;
    return done;
}

/// Keeps of each history, and each place from which it is sent, the lists of messages up to each of
/// its pieces.
class StepPayloads::Walk : public PayloadWalk
{
public:
    explicit Walk(const StepPayloads& payloads)
        : m_payloads(payloads)
    { }

    Result<StepContent> read(SpanId span) override
    {
        StepContent content;
        if (span.index() >= m_payloads.m_steps.size())
            return content;
        const Step& step = m_payloads.m_steps[span.index()];
        if (step.input != kNone) {
            const Input& input = m_payloads.m_inputs[step.input];
            auto chain = chainOf(input);
            if (!chain)
                return fail(std::move(chain).error());
            content.input = std::move(*chain);
            if (!content.input.isEmpty())
                content.rest.inputState = input.state;
        }
        if (auto done = m_payloads.readPieces(step, content.rest); !done)
            return fail(std::move(done).error());
        content.input = m_pool.extended(content.input, std::exchange(content.rest.input, {}));
        content.rest.attributes.clear();
        content.rest.events.clear();
        return content;
    }

private:
    /// The lists behind each piece of a history from its piece `first` on.
    using Chains = std::vector<MessageChain>;

    Result<MessageChain> chainOf(const Input& input)
    {
        const std::size_t last = std::min(input.last, m_payloads.historySize(input.history));
        if (last <= input.first)
            return MessageChain();
        Chains& chains = m_chains[{input.history, input.first}];
        if (chains.empty())
            inherit(input, chains);
        while (chains.size() < last - input.first) {
            auto longer = extended(chains.empty() ? MessageChain() : chains.back(),
                                   pieceAt(input.history, input.first + chains.size()));
            if (!longer)
                return longer;
            chains.push_back(std::move(*longer));
        }
        return chains[last - input.first - 1];
    }

    /// Takes over what is known of the history that it goes on from.
    void inherit(const Input& input, Chains& chains) const
    {
        const History& history = m_payloads.m_histories[input.history];
        const auto known = m_chains.find({history.from, input.first});
        if (history.from == kNone || history.before <= input.first || known == m_chains.end())
            return;
        const std::size_t shared = std::min(known->second.size(), history.before - input.first);
        chains.assign(known->second.begin(),
                      known->second.begin() + static_cast<std::ptrdiff_t>(shared));
    }

    [[nodiscard]] const MessagePiece& pieceAt(std::uint32_t at, std::size_t index) const
    {
        while (index < m_payloads.m_histories[at].before)
            at = m_payloads.m_histories[at].from;
        const History& history = m_payloads.m_histories[at];
        return history.pieces[index - history.before];
    }

    Result<MessageChain> extended(const MessageChain& chain, const MessagePiece& piece)
    {
        const auto value = m_payloads.value(piece.place);
        if (!value)
            return fail(value.error());
        // A piece may go on with the message before it.
        std::vector<Message> messages;
        if (!chain.isEmpty())
            messages.push_back(chain.last());
        if (auto done = piece.read(*value, messages); !done)
            return fail(std::move(done).error());
        if (chain.isEmpty() || messages.empty() || messages.front() != chain.last())
            return m_pool.extended(chain.withoutLast(), std::move(messages));
        messages.erase(messages.begin());
        return m_pool.extended(chain, std::move(messages));
    }

    const StepPayloads& m_payloads;
    ChainPool m_pool;
    std::map<std::pair<std::uint32_t, std::size_t>, Chains> m_chains;
};

std::unique_ptr<PayloadWalk> StepPayloads::walk() const
{
    return std::make_unique<Walk>(*this);
}

Result<SpanDetail> StepPayloads::detail(SpanId span) const
{
    SpanDetail detail;
    if (span.index() >= m_steps.size())
        return detail;
    const Step& step = m_steps[span.index()];
    if (step.input != kNone) {
        if (auto done = readHistory(m_inputs[step.input], detail); !done)
            return fail(std::move(done).error());
    }
    if (auto done = readPieces(step, detail); !done)
        return fail(std::move(done).error());
    return detail;
}

/// What was added to the step itself, behind its history.
Result<void> StepPayloads::readPieces(const Step& step, SpanDetail& to) const
{
    for (std::uint32_t at = step.first; at != kNone; at = m_pieces[at].next) {
        if (auto done = readPiece(m_pieces[at], to); !done)
            return done;
    }
    for (const Message& message : to.output) {
        const std::string& reason = message.finishReason;
        if (!reason.empty()
            && std::ranges::find(to.finishReasons, reason) == to.finishReasons.end())
            to.finishReasons.push_back(reason);
    }
    return {};
}

Result<std::string> StepPayloads::raw(SpanId span) const
{
    std::string all;
    if (span.index() >= m_steps.size())
        return all;
    for (std::uint32_t at = m_steps[span.index()].first; at != kNone; at = m_pieces[at].next) {
        if (m_pieces[at].kind != Kind::Raw)
            continue;
        const auto bytes = text(m_pieces[at].place);
        if (!bytes)
            return fail(bytes.error());
        all += (all.empty() ? "" : "\n") + *bytes;
    }
    return all;
}

Result<void> readMessages(const nlohmann::json& piece, std::vector<Message>& to)
{
    std::ranges::move(messagesOf(piece, Role::User), std::back_inserter(to));
    return {};
}

Result<void> readAttributes(const nlohmann::json& piece, SpanDetail& to)
{
    if (!piece.is_object())
        return {};
    for (const auto& [key, value] : piece.items())
        to.attributes.push_back({key, toJsonText(value)});
    return {};
}

Result<void> readToolArguments(const nlohmann::json& piece, SpanDetail& to)
{
    to.toolArguments = piece.is_string() ? piece.get<std::string>() : toJsonText(piece);
    return {};
}

Result<void> readToolResult(const nlohmann::json& piece, SpanDetail& to)
{
    to.toolResult = resultText(piece);
    return {};
}

} // namespace tracestore
