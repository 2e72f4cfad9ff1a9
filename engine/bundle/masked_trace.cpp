#include "engine/bundle/masked_trace.h"

#include <mutex>

namespace engine {

using tracestore::Attribute;
using tracestore::Column;
using tracestore::Job;
using tracestore::Message;
using tracestore::PayloadSource;
using tracestore::Result;
using tracestore::SpanDetail;
using tracestore::SpanId;
using tracestore::StringId;
using tracestore::Trace;
using tracestore::TracePtr;

namespace {

    constexpr const char* kStreamLeftOut = "(left out: it was masked in what was made of it)";

    bool holdsStream(const std::string& raw)
    {
        return raw.find("data: {") != std::string::npos || raw.find("data: [") != std::string::npos;
    }

    /// Hides the texts of details and counts what was hidden, by field and rule.
    class DetailMask
    {
    public:
        explicit DetailMask(TextMask& mask)
            : m_mask(mask)
        { }

        void hide(SpanDetail& detail)
        {
            hideMessages(detail.input, "messages");
            hideMessages(detail.output, "answer");
            hide(detail.toolArguments, "arguments");
            hide(detail.toolResult, "result");
            hide(detail.toolDescription, "description of the tool");
            hideAround(detail.toolDefinitions, "tools");
            hideAttributes(detail.parameters, "parameters");
            hideAttributes(detail.attributes, "attributes");
            for (tracestore::SpanEvent& event : detail.events)
                hideAttributes(event.attributes, "events");
            hide(detail.errorStack, "error");
        }

        void hide(std::string& text, const char* field)
        {
            MaskCounts counts;
            text = m_mask.masked(text, counts);
            for (const auto& [rule, count] : counts)
                m_found[{field, rule}] += count;
        }

        [[nodiscard]] const std::map<std::pair<std::string, std::string>, std::uint64_t>&
        found() const
        {
            return m_found;
        }

    private:
        void hideAround(std::string& text, const char* field)
        {
            MaskCounts counts;
            text = m_mask.maskedButNumbers(text, counts);
            for (const auto& [rule, count] : counts)
                m_found[{field, rule}] += count;
        }

        void hideAttributes(std::vector<Attribute>& attributes, const char* field)
        {
            for (Attribute& attribute : attributes)
                hide(attribute.json, field);
        }

        void hideMessages(std::vector<Message>& messages, const char* field)
        {
            for (Message& message : messages)
                for (auto& part : message.parts)
                    hidePart(part, field);
        }

        void hidePart(tracestore::MessagePart& part, const char* field)
        {
            if (auto* text = std::get_if<tracestore::TextPart>(&part))
                hide(text->text, field);
            else if (auto* thought = std::get_if<tracestore::ReasoningPart>(&part))
                hide(thought->text, field);
            else if (auto* call = std::get_if<tracestore::ToolCallPart>(&part))
                hide(call->arguments, field);
            else if (auto* result = std::get_if<tracestore::ToolResultPart>(&part))
                hide(result->content, field);
            else if (auto* media = std::get_if<tracestore::MediaPart>(&part))
                hide(media->reference, field);
            else if (auto* other = std::get_if<tracestore::OtherPart>(&part))
                hide(other->json, field);
        }

        TextMask& m_mask;
        std::map<std::pair<std::string, std::string>, std::uint64_t> m_found;
    };

    /// The payloads of another source with their texts hidden.
    class MaskedPayloads : public PayloadSource
    {
    public:
        MaskedPayloads(TracePtr trace, TextMask& mask)
            : m_trace(std::move(trace))
            , m_mask(mask)
        { }

        [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override
        {
            auto detail = m_trace->payloads().detail(span);
            const std::lock_guard guard(m_mutex);
            if (detail)
                DetailMask(m_mask).hide(*detail);
            return detail;
        }

        [[nodiscard]] Result<std::string> raw(SpanId span) const override
        {
            auto raw = m_trace->payloads().raw(span);
            if (!raw)
                return raw;
            const std::lock_guard guard(m_mutex);
            DetailMask hidden(m_mask);
            hidden.hide(*raw, "record");
            return holdsStream(*raw) && isHidden(span) ? std::string(kStreamLeftOut)
                                                       : std::move(raw);
        }

    private:
        /// Whether something of the step is hidden: a stream may hold it in parts.
        [[nodiscard]] bool isHidden(SpanId span) const
        {
            auto detail = m_trace->payloads().detail(span);
            DetailMask hidden(m_mask);
            if (detail)
                hidden.hide(*detail);
            return !hidden.found().empty();
        }

        TracePtr m_trace;
        TextMask& m_mask;
        mutable std::mutex m_mutex; ///< guards the mask
    };

    std::string placeOfSpan(const Trace& trace, SpanId span)
    {
        return "step " + std::to_string(span.index()) + ", " + std::string(toWord(trace.kind(span)))
            + ' ' + std::string(trace.name(span)) + ": ";
    }

    void hideStrings(Trace::Data& data, DetailMask& hidden)
    {
        tracestore::StringPool clean;
        std::vector<StringId> ids;
        bool isChanged = false;
        for (std::size_t i = 0; i < data.strings.size(); ++i) {
            const StringId id {static_cast<std::uint32_t>(i)};
            std::string text(data.strings.text(id));
            hidden.hide(text, "names");
            isChanged = isChanged || text != data.strings.text(id);
            ids.push_back(clean.intern(text));
        }
        if (!isChanged)
            return;
        tracestore::SpanColumns& spans = data.spans;
        for (Column<StringId>* column : {&spans.name,
                                         &spans.origKind,
                                         &spans.origId,
                                         &spans.traceId,
                                         &spans.parentOrigId,
                                         &spans.requestedModel,
                                         &spans.respondedModel,
                                         &spans.provider,
                                         &spans.responseId,
                                         &spans.toolCallId}) {
            for (std::size_t i = 0; i < column->size(); ++i)
                column->set(i, ids.at((*column)[i].value));
        }
        data.strings = std::move(clean);
    }

    void hideTables(Trace::Data& data, DetailMask& hidden)
    {
        for (tracestore::Session& session : data.sessions) {
            hidden.hide(session.title, "title of the session");
            hidden.hide(session.attributesJson, "attributes of the session");
            for (tracestore::Score& score : session.scores)
                hidden.hide(score.explanation, "scores");
        }
        for (tracestore::SpanLink& link : data.links)
            hidden.hide(link.attributesJson, "links");
        for (std::size_t i = 0; i < data.spans.errors.size(); ++i) {
            tracestore::SpanError error = data.spans.errors[i];
            hidden.hide(error.message, "errors");
            data.spans.errors.set(i, std::move(error));
        }
        hideStrings(data, hidden);
    }

    bool isOfTheMoment(tracestore::ErrorCode code)
    {
        return code == tracestore::ErrorCode::Io || code == tracestore::ErrorCode::NotFound;
    }

} // namespace

Result<void> learnFrom(const Trace& trace, TextMask& mask, Job& job)
{
    for (const SpanId span : trace.preOrder()) {
        if (job.isCancelled())
            return tracestore::cancelled();
        const auto detail = trace.payloads().detail(span);
        if (!detail && isOfTheMoment(detail.error().code))
            return tracestore::fail(detail.error());
        if (!detail)
            continue;
        if (trace.kind(span) == tracestore::SpanKind::Tool)
            mask.learn(trace.name(span), detail->toolArguments, detail->toolResult);
        for (const Message& message : detail->output)
            for (const auto& part : message.parts)
                if (const auto* call = std::get_if<tracestore::ToolCallPart>(&part))
                    mask.learn(call->name, call->arguments, {});
    }
    return {};
}

Result<TracePtr>
maskedTrace(const TracePtr& trace, TextMask& mask, std::vector<MaskedPlace>& places, Job& job)
{
    Trace::Data data = trace->data();
    DetailMask tables(mask);
    hideTables(data, tables);
    for (const auto& [field, count] : tables.found())
        places.push_back({field.first, field.second, count});
    for (const SpanId span : trace->preOrder()) {
        if (job.isCancelled())
            return tracestore::cancelled();
        DetailMask hidden(mask);
        auto detail = trace->payloads().detail(span);
        if (!detail && isOfTheMoment(detail.error().code))
            return tracestore::fail(detail.error());
        if (detail)
            hidden.hide(*detail);
        auto raw = trace->payloads().raw(span).value_or(std::string());
        const std::size_t before = raw.size();
        hidden.hide(raw, "record");
        const std::string where = placeOfSpan(*trace, span);
        for (const auto& [field, count] : hidden.found())
            places.push_back({where + field.first, field.second, count});
        // The records are others than those that stand at these places.
        if (!hidden.found().empty() || raw.size() != before)
            data.spans.rawCount.set(span.index(), 0);
        job.advance(1);
    }
    data.payloads = std::make_shared<const MaskedPayloads>(trace, mask);
    return std::make_shared<const Trace>(std::move(data));
}

} // namespace engine
