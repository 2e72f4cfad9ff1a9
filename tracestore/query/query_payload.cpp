#include "tracestore/query/query_payload.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/query_compare.h"
#include "tracestore/query/query_path.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace tracestore {
namespace {

    using nlohmann::json;

    std::optional<double> numberIn(std::string_view text)
    {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const bool isWhole = error == std::errc() && end == text.data() + text.size();
        return isWhole ? std::optional(number) : std::nullopt;
    }

    /// Texts have an order where both are numbers, or else that of their characters: ISO dates.
    Truth compareOrder(std::string_view text, const QueryTerm& term)
    {
        const QueryValue& with = term.values.front();
        if (with.number) {
            const auto number = numberIn(text);
            return number ? compareNumber(*number, term) : Truth::Unknown;
        }
        QueryTerm asOrder {.op = term.op};
        asOrder.values.push_back({.number = 0});
        return compareNumber(text.compare(with.text), asOrder);
    }

    Truth compareString(std::string_view text, const QueryTerm& term)
    {
        return isOrder(term.op) ? compareOrder(text, term) : compareText(text, term);
    }

    Truth compareJson(const json& value, const QueryTerm& term)
    {
        if (value.is_string())
            return compareString(value.get_ref<const std::string&>(), term);
        if (value.is_structured())
            return isOrder(term.op) ? Truth::Unknown : compareJsonText(toJsonText(value), term);
        Truth truth = Truth::False;
        if (value.is_number() && term.op != QueryOperator::Matches
            && term.op != QueryOperator::Contains) {
            QueryTerm numbers {.op = term.op};
            for (const QueryValue& with : term.values) {
                if (with.number)
                    numbers.values.push_back(with);
            }
            truth = compareNumber(value.get<double>(), numbers);
            if (isOrder(term.op) && numbers.values.empty())
                return Truth::Unknown;
        }
        if (isOrder(term.op))
            return value.is_number() ? truth : Truth::Unknown;
        return either(truth, compareText(toJsonText(value), term));
    }

    /// Collects what single values say: one that fits is enough; of none nothing is known.
    class AnyValue
    {
    public:
        explicit AnyValue(const QueryTerm& term)
            : m_term(term)
        { }

        void add(Truth truth)
        {
            m_truth = m_isThere ? either(m_truth, truth) : truth;
            m_isThere = true;
        }

        void addText(std::string_view text)
        {
            add(isExists() ? Truth::True : compareString(text, m_term));
        }

        void addJson(const json& value)
        {
            add(isExists() ? Truth::True : compareJson(value, m_term));
        }

        [[nodiscard]] bool isExists() const { return m_term.op == QueryOperator::Exists; }

        [[nodiscard]] Truth take() const
        {
            if (!m_isThere)
                return isExists() ? Truth::False : Truth::Unknown;
            return m_truth;
        }

    private:
        const QueryTerm& m_term;
        Truth m_truth = Truth::False;
        bool m_isThere = false;
    };

    /// A payload that is JSON, or a text where `value` is null.
    Truth ofJson(const std::string& text, const json* value, const QueryTerm& term)
    {
        AnyValue any(term);
        if (text.empty())
            return any.take();
        const bool isPart = term.op == QueryOperator::Contains || term.op == QueryOperator::Matches;
        if (term.path.empty() && value != nullptr && !value->is_string() && isPart)
            any.add(compareJsonText(text, term));
        else if (value != nullptr)
            visitPath(*value, term.path, [&](const json& found) { any.addJson(found); });
        else if (term.path.empty())
            any.addText(text);
        return any.take();
    }

    void addAttribute(const Attribute& attribute, std::span<const PathStep> path, AnyValue& any)
    {
        const auto value = parseJson(attribute.json);
        if (value)
            visitPath(*value, path, [&](const json& found) { any.addJson(found); });
        else if (path.empty())
            any.addText(attribute.json);
    }

    /// Names of attributes have dots in them: the longest that fits is taken, what is left of the
    /// path leads into its value.
    void addAttributes(const std::vector<Attribute>& attributes,
                       std::span<const PathStep> path,
                       AnyValue& any)
    {
        for (std::size_t length = path.size(); length > 0; --length) {
            std::string key;
            for (const PathStep& step : path.first(length)) {
                if (step.kind != PathStep::Kind::Member)
                    key = '\n'; // no name
                key += (key.empty() ? "" : ".") + step.name;
            }
            bool isFound = false;
            for (const Attribute& attribute : attributes) {
                if (attribute.key == key) {
                    addAttribute(attribute, path.subspan(length), any);
                    isFound = true;
                }
            }
            if (isFound)
                return;
        }
    }

    void addNames(const std::vector<Attribute>& attributes, const QueryTerm& term, AnyValue& any)
    {
        for (const Attribute& attribute : attributes) {
            any.addText(attribute.key);
            if (term.op != QueryOperator::Exists)
                addAttribute(attribute, {}, any);
        }
    }

    Truth ofAttributes(const std::vector<Attribute>& attributes, const QueryTerm& term)
    {
        AnyValue any(term);
        if (term.path.empty() || term.path.front().kind == PathStep::Kind::Any)
            addNames(attributes, term, any);
        else
            addAttributes(attributes, term.path, any);
        return any.take();
    }

    Truth ofEvents(const std::vector<SpanEvent>& events, const QueryTerm& term)
    {
        AnyValue any(term);
        for (const SpanEvent& event : events) {
            if (!term.path.empty()) {
                addAttributes(event.attributes, term.path, any);
                continue;
            }
            any.addText(event.name);
            if (term.op == QueryOperator::Contains || term.op == QueryOperator::Matches)
                addNames(event.attributes, term, any);
        }
        return any.take();
    }

    /// A list of messages and whether it is whole.
    struct MessageList
    {
        const std::vector<Message>& messages;
        ContentState state;
    };

    class MessageTerm
    {
    public:
        explicit MessageTerm(const QueryTerm& term)
            : m_term(term)
            , m_any(term)
        {
            for (const PathStep& step : term.path) {
                if (step.kind == PathStep::Kind::Member)
                    m_part = step.name;
                else if (step.kind == PathStep::Kind::Element)
                    m_index = step.index;
            }
        }

        void add(const MessageList& list)
        {
            const auto size = static_cast<std::int64_t>(list.messages.size());
            if (m_part == "count")
                m_any.add(m_any.isExists() ? Truth::True
                                           : compareNumber(static_cast<double>(size), m_term));
            else if (!m_index) {
                for (const Message& message : list.messages)
                    addMessage(message);
            } else {
                const std::int64_t index = *m_index < 0 ? *m_index + size : *m_index;
                if (index >= 0 && index < size)
                    addMessage(list.messages[static_cast<std::size_t>(index)]);
            }
            m_isWhole = m_isWhole && list.state != ContentState::Truncated
                && list.state != ContentState::Redacted && list.state != ContentState::ByReference;
        }

        /// What is not in a part of the messages may be in the rest.
        [[nodiscard]] Truth take() const
        {
            const Truth truth = m_any.take();
            return truth == Truth::False && !m_isWhole ? Truth::Unknown : truth;
        }

    private:
        void addMessage(const Message& message)
        {
            if (m_part == "role")
                return m_any.addText(message.origRole.empty() ? toWord(message.role)
                                                              : std::string_view(message.origRole));
            if (m_part == "name" || m_part == "finish") {
                const std::string& text = m_part == "name" ? message.name : message.finishReason;
                if (!text.empty())
                    m_any.addText(text);
                return;
            }
            for (const MessagePart& part : message.parts)
                std::visit([&](const auto& of) { addPart(of); }, part);
        }

        [[nodiscard]] bool wants(std::string_view part) const
        {
            return m_part.empty() || m_part == part;
        }

        void addPart(const TextPart& part)
        {
            if (wants("text"))
                m_any.addText(part.text);
        }

        void addPart(const ReasoningPart& part)
        {
            if (wants("reasoning") && !part.isEncrypted)
                m_any.addText(part.text);
        }

        void addPart(const ToolCallPart& part)
        {
            if (wants("tool"))
                m_any.addText(part.name);
            if (m_part.empty())
                addText(part.arguments);
        }

        void addPart(const ToolResultPart& part)
        {
            if (wants("text"))
                addText(part.content);
        }

        void addPart(const MediaPart& part)
        {
            if (m_part.empty() && !part.reference.empty())
                m_any.addText(part.reference);
        }

        void addPart(const OtherPart& part)
        {
            if (m_part.empty())
                addText(part.json);
        }

        /// A text that may be JSON.
        void addText(const std::string& text)
        {
            const bool isPart
                = m_term.op == QueryOperator::Contains || m_term.op == QueryOperator::Matches;
            if (isPart && (text.starts_with('{') || text.starts_with('[')))
                m_any.add(compareJsonText(text, m_term));
            else
                m_any.addText(text);
        }

        const QueryTerm& m_term;
        AnyValue m_any;
        std::string m_part;
        std::optional<std::int64_t> m_index;
        bool m_isWhole = true;
    };

    Truth ofMessages(const SpanDetail& detail, const QueryTerm& term)
    {
        MessageTerm messages(term);
        if (term.field != FieldId::Output)
            messages.add({detail.input, detail.inputState});
        if (term.field != FieldId::Input)
            messages.add({detail.output, detail.outputState});
        return messages.take();
    }

    std::size_t textSize(const std::vector<Message>& messages)
    {
        std::size_t size = 0;
        for (const Message& message : messages)
            size += toJson(message).size();
        return size;
    }

    Truth ofSize(std::size_t size, const QueryTerm& term)
    {
        AnyValue any(term);
        if (size > 0)
            any.add(any.isExists() ? Truth::True : compareNumber(static_cast<double>(size), term));
        return any.take();
    }

    Truth ofTexts(const std::vector<std::string>& texts, const QueryTerm& term)
    {
        AnyValue any(term);
        for (const std::string& text : texts) {
            if (!text.empty())
                any.addText(text);
        }
        return any.take();
    }

    /// All text of a span as far as it is its own: a conversation that was put together from the
    /// records of others is not.
    Truth ofAllText(PayloadView& view, const QueryTerm& term)
    {
        const SpanDetail& detail = view.detail();
        const SpanError* error = view.trace().error(view.span());
        if (term.op == QueryOperator::Exists)
            return Truth::True;
        Truth truth = compareText(view.trace().name(view.span()), term);
        const auto addText = [&](std::string_view text) {
            if (truth != Truth::True && !text.empty())
                truth = either(truth, compareText(text, term));
        };
        const auto addJson = [&](std::string_view text) {
            if (truth != Truth::True && !text.empty())
                truth = either(truth, compareJsonText(text, term));
        };
        addText(error == nullptr ? std::string_view() : std::string_view(error->message));
        addText(detail.toolDescription);
        addText(detail.errorStack);
        addJson(detail.toolArguments);
        addJson(detail.toolResult);
        addJson(detail.toolDefinitions);
        for (const auto* attributes : {&detail.attributes, &detail.parameters}) {
            for (const Attribute& attribute : *attributes) {
                addText(attribute.key);
                addJson(attribute.json);
            }
        }
        QueryTerm inList {.op = term.op, .values = term.values};
        truth = either(truth, ofEvents(detail.events, inList));
        MessageTerm messages(inList);
        messages.add({detail.output, ContentState::Full});
        if (detail.inputState != ContentState::Reconstructed)
            messages.add({detail.input, ContentState::Full});
        const Truth inMessages = messages.take();
        // That there are no events or messages says nothing against the text.
        const bool isThere = truth == Truth::True || inMessages == Truth::True;
        return toTruth(isThere);
    }

} // namespace

struct PayloadView::Parsed
{
    struct Value
    {
        bool isRead = false;
        std::optional<json> value;

        const json* of(const std::string& text)
        {
            if (!isRead) {
                isRead = true;
                if (auto parsed = parseJson(text))
                    value = std::move(*parsed);
            }
            return value ? &*value : nullptr;
        }
    };

    Value arguments;
    Value result;
    Value definitions;
};

PayloadView::PayloadView(const Trace& trace, SpanId span, const SpanDetail& detail)
    : m_trace(trace)
    , m_span(span)
    , m_detail(detail)
    , m_parsed(std::make_unique<Parsed>())
{ }

PayloadView::~PayloadView() = default;

const json* PayloadView::arguments()
{
    return m_parsed->arguments.of(m_detail.toolArguments);
}

const json* PayloadView::result()
{
    return m_parsed->result.of(m_detail.toolResult);
}

const json* PayloadView::toolDefinitions()
{
    return m_parsed->definitions.of(m_detail.toolDefinitions);
}

Truth evaluateJsonTerm(const QueryTerm& term, const std::string& text, const json* value)
{
    return ofJson(text, value, term);
}

Truth evaluatePayloadTerm(const QueryTerm& term, PayloadView& view)
{
    const SpanDetail& detail = view.detail();
    switch (term.field) {
    case FieldId::Text:
        return ofAllText(view, term);
    case FieldId::Args:
        return ofJson(detail.toolArguments, view.arguments(), term);
    case FieldId::Result:
        return ofJson(detail.toolResult, view.result(), term);
    case FieldId::ToolDefinitions:
        return ofJson(detail.toolDefinitions, view.toolDefinitions(), term);
    case FieldId::Input:
    case FieldId::Output:
    case FieldId::Message:
        return ofMessages(detail, term);
    case FieldId::Attributes:
        return ofAttributes(detail.attributes, term);
    case FieldId::Parameters:
        return ofAttributes(detail.parameters, term);
    case FieldId::Events:
        return ofEvents(detail.events, term);
    case FieldId::Finish:
        return ofTexts(detail.finishReasons, term);
    case FieldId::Stack:
        return ofTexts({detail.errorStack}, term);
    case FieldId::ArgsSize:
        return ofSize(detail.toolArguments.size(), term);
    case FieldId::ResultSize:
        return ofSize(detail.toolResult.size(), term);
    case FieldId::InputSize:
        return ofSize(textSize(detail.input), term);
    case FieldId::OutputSize:
        return ofSize(textSize(detail.output), term);
    default:
        return Truth::Unknown;
    }
}

} // namespace tracestore
