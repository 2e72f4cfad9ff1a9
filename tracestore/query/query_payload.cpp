#include "tracestore/query/query_payload.h"

#include "tracestore/base/json_io.h"
#include "tracestore/query/any_value.h"
#include "tracestore/query/message_term.h"
#include "tracestore/query/query_compare.h"
#include "tracestore/query/query_path.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tracestore {
namespace {

    using nlohmann::json;

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

    using Visit = std::function<void(const json&)>;

    bool
    visitAttribute(const Attribute& attribute, std::span<const PathStep> path, const Visit& visit)
    {
        const auto value = parseJson(attribute.json);
        if (value)
            return visitPath(*value, path, visit);
        if (path.empty())
            visit(json(attribute.json));
        return path.empty();
    }

    /// Names of attributes have dots in them: the longest that fits is taken, what is left of the
    /// path leads into its value.
    bool visitAttributes(const std::vector<Attribute>& attributes,
                         std::span<const PathStep> path,
                         const Visit& visit)
    {
        for (std::size_t length = path.size(); length > 0; --length) {
            std::string key;
            for (const PathStep& step : path.first(length)) {
                if (step.kind != PathStep::Kind::Member)
                    key = '\n'; // no name
                key += (key.empty() ? "" : ".") + step.name;
            }
            bool isNamed = false;
            bool isFound = false;
            for (const Attribute& attribute : attributes) {
                if (attribute.key == key) {
                    isFound = visitAttribute(attribute, path.subspan(length), visit) || isFound;
                    isNamed = true;
                }
            }
            if (isNamed)
                return isFound;
        }
        return false;
    }

    Visit addingTo(AnyValue& any)
    {
        return [&any](const json& found) { any.addJson(found); };
    }

    void addNames(const std::vector<Attribute>& attributes, const QueryTerm& term, AnyValue& any)
    {
        for (const Attribute& attribute : attributes) {
            any.addText(attribute.key);
            if (term.op != QueryOperator::Exists)
                visitAttribute(attribute, {}, addingTo(any));
        }
    }

    Truth ofAttributes(const std::vector<Attribute>& attributes, const QueryTerm& term)
    {
        AnyValue any(term);
        if (term.path.empty() || term.path.front().kind == PathStep::Kind::Any)
            addNames(attributes, term, any);
        else
            visitAttributes(attributes, term.path, addingTo(any));
        return any.take();
    }

    Truth ofEvents(const std::vector<SpanEvent>& events, const QueryTerm& term)
    {
        AnyValue any(term);
        for (const SpanEvent& event : events) {
            if (!term.path.empty()) {
                visitAttributes(event.attributes, term.path, addingTo(any));
                continue;
            }
            any.addText(event.name);
            if (term.op == QueryOperator::Contains || term.op == QueryOperator::Matches)
                addNames(event.attributes, term, any);
        }
        return any.take();
    }

    Truth ofMessages(const SpanDetail& detail, const QueryTerm& term)
    {
        MessageTerm messages(term);
        if (term.field != FieldId::Output)
            messages.add(detail.input, detail.inputState);
        if (term.field != FieldId::Input)
            messages.add(detail.output, detail.outputState);
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
        messages.add(detail.output, ContentState::Full);
        if (detail.inputState != ContentState::Reconstructed)
            messages.add(detail.input, ContentState::Full);
        const Truth inMessages = messages.take();
        // That there are no events or messages says nothing against the text.
        const bool isThere = truth == Truth::True || inMessages == Truth::True;
        return toTruth(isThere);
    }

    bool visitJson(const std::string& text,
                   const json* value,
                   std::span<const PathStep> path,
                   const Visit& visit)
    {
        if (value != nullptr)
            return visitPath(*value, path, visit);
        if (text.empty() || !path.empty())
            return false;
        visit(json(text));
        return true;
    }

    /// All of them with their names, or what a path leads to.
    bool visitNamed(const std::vector<Attribute>& attributes,
                    std::span<const PathStep> path,
                    const Visit& visit)
    {
        if (!path.empty())
            return visitAttributes(attributes, path, visit);
        json all = json::object();
        for (const Attribute& attribute : attributes)
            visitAttribute(attribute, {}, [&](const json& value) { all[attribute.key] = value; });
        if (!attributes.empty())
            visit(all);
        return !attributes.empty();
    }

    bool visitTexts(const std::vector<std::string>& texts, const Visit& visit)
    {
        bool isFound = false;
        for (const std::string& text : texts) {
            isFound = isFound || !text.empty();
            if (!text.empty())
                visit(json(text));
        }
        return isFound;
    }

    bool visitSize(std::size_t size, const Visit& visit)
    {
        if (size > 0)
            visit(json(size));
        return size > 0;
    }

    bool visitMessages(const SpanDetail& detail,
                       FieldId field,
                       std::span<const PathStep> path,
                       const Visit& visit)
    {
        MessageVisitor visitor(path, visit);
        if (field != FieldId::Output)
            visitor.add(detail.input);
        if (field != FieldId::Input)
            visitor.add(detail.output);
        return visitor.isFound();
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

bool visitPayloadValues(FieldId field,
                        std::span<const PathStep> path,
                        PayloadView& view,
                        const std::function<void(const json&)>& visit)
{
    const SpanDetail& detail = view.detail();
    switch (field) {
    case FieldId::Args:
        return visitJson(detail.toolArguments, view.arguments(), path, visit);
    case FieldId::Result:
        return visitJson(detail.toolResult, view.result(), path, visit);
    case FieldId::ToolDefinitions:
        return visitJson(detail.toolDefinitions, view.toolDefinitions(), path, visit);
    case FieldId::Input:
    case FieldId::Output:
    case FieldId::Message:
        return visitMessages(detail, field, path, visit);
    case FieldId::Attributes:
        return visitNamed(detail.attributes, path, visit);
    case FieldId::Parameters:
        return visitNamed(detail.parameters, path, visit);
    case FieldId::Finish:
        return visitTexts(detail.finishReasons, visit);
    case FieldId::Stack:
        return visitTexts({detail.errorStack}, visit);
    case FieldId::ArgsSize:
        return visitSize(detail.toolArguments.size(), visit);
    case FieldId::ResultSize:
        return visitSize(detail.toolResult.size(), visit);
    case FieldId::InputSize:
        return visitSize(textSize(detail.input), visit);
    case FieldId::OutputSize:
        return visitSize(textSize(detail.output), visit);
    default:
        return false;
    }
}

} // namespace tracestore
